import { definePlugin } from '@umbracore/contracts';
import { createResticBackend, resticName } from './backend.ts';

/** Brings the backend `restic`. */
export const resticPlugin = definePlugin({
  name: resticName,
  register: (host) => host.addBackend(resticName, createResticBackend),
});
