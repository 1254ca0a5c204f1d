import { definePlugin } from '@umbracore/contracts';
import { borgName, createBorgBackend } from './backend.ts';

/** Brings the backend `borg`. */
export const borgPlugin = definePlugin({
  name: borgName,
  register: (host) => host.addBackend(borgName, createBorgBackend),
});
