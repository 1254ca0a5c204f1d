import { definePlugin } from '@umbracore/contracts';
import { resticPlugin } from '@umbracore/restic-adapter';
import { withNativeReading } from '@umbracore/restic-reader/native';

/** The backend `restic`, with what can be read without it read in this process. */
export const nativelyReadRestic = definePlugin({
  ...resticPlugin,
  register: (host, options) =>
    resticPlugin.register(
      { ...host, addBackend: (name, factory) => host.addBackend(name, withNativeReading(factory)) },
      options,
    ),
});
