import { definePlugin } from '@umbracore/contracts';
import { resticPlugin } from '@umbracore/restic-adapter';
import { withQuickAccess } from '@umbracore/restic-reader/access';
import { withNativeReading } from '@umbracore/restic-reader/native';

/** The backend `restic`, opened as fast as can be, with what can be read without it read in this process. */
export const nativelyReadRestic = definePlugin({
  ...resticPlugin,
  register: (host, options) =>
    resticPlugin.register(
      { ...host, addBackend: (name, factory) => host.addBackend(name, withQuickAccess(withNativeReading(factory))) },
      options,
    ),
});
