import type { ListedPlugin } from '@umbracore/runtime';

/** `umbra.plugins/1`. */
export const pluginsDocument = (plugins: readonly ListedPlugin[]) => ({ plugins: plugins.map(listed) });

const listed = (plugin: ListedPlugin) => ({
  name: plugin.name ?? null,
  use: plugin.use ?? null,
  ...(plugin.name === undefined
    ? { version: null, file: null, exposure: null, brings: [] }
    : {
        version: plugin.version ?? null,
        file: plugin.file ?? null,
        exposure: plugin.exposure ?? null,
        brings: bringsOf(plugin),
      }),
  problem: plugin.problem ?? null,
});

export type Usable = Extract<ListedPlugin, { readonly problem: undefined }>;

/** Everything that a plug-in brings, each with what it is. */
const bringsOf = ({ backends, secrets, conditions, notifiers, sensors, hooks }: Usable) => [
  ...backends.map((name) => ({ what: 'backend', name })),
  ...secrets.map((name) => ({ what: 'secrets', name })),
  ...conditions.map((name) => ({ what: 'condition', name })),
  ...notifiers.map((name) => ({ what: 'channel', name })),
  ...sensors.map((name) => ({ what: 'sensor', name })),
  ...hooks.map((name) => ({ what: 'hook', name })),
];
