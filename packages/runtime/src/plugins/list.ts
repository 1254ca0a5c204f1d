import { dirname } from 'node:path';
import { toUmbraError, type Configuration, type ErrorRecord, type PluginReference } from '@umbracore/contracts';
import type { ComposeOptions } from '../compose-options.ts';
import { givenPlugins } from './choose.ts';
import type { ChosenPlugin, PluginFacts } from './chosen-plugin.ts';
import { loadPlugin } from './load.ts';
import { claimWords, registerPlugins, takenName, type Kind } from './register.ts';
import { usualTools } from './tools.ts';

/** A plug-in as it is listed: what it brings, or why it cannot be used. */
export type ListedPlugin =
  | (PluginFacts & { readonly problem: undefined })
  | { readonly name: undefined; readonly use: string; readonly problem: ErrorRecord };

/** Every plug-in, each looked at alone: one that is broken does not hide the others. */
export async function listPlugins(
  options: ComposeOptions,
  configuration: Configuration,
): Promise<readonly ListedPlugin[]> {
  const { file, plugins } = configuration;
  const folder = file === undefined ? options.cwd : dirname(file);
  const tools = usualTools(options.env);
  const look = async (load: () => Promise<ChosenPlugin> | ChosenPlugin, use = ''): Promise<ListedPlugin> => {
    try {
      const {
        plugins: [facts],
      } = await registerPlugins([await load()], tools.log);
      if (facts === undefined) throw new TypeError('a plug-in that was registered has facts');
      return { ...facts, problem: undefined };
    } catch (thrown) {
      return { name: undefined, use, problem: toUmbraError(thrown).toRecord() };
    }
  };
  const named = (reference: PluginReference) => look(() => loadPlugin(reference, folder, tools), reference.use);
  const looked = await Promise.all([...givenPlugins(options).map((one) => look(() => one)), ...plugins.map(named)]);
  return withClashes(looked);
}

/** What one brings that another one brought before, which is refused when all are registered. */
function withClashes(looked: readonly ListedPlugin[]): readonly ListedPlugin[] {
  const taken = new Set<string>();
  return looked.map((one) => {
    if (one.problem !== undefined) return one;
    const claimed = namesOf(one);
    const clash = claimed.find(([what, name]) => taken.has(`${what} ${name}`));
    if (clash !== undefined)
      return { name: undefined, use: one.use ?? '', problem: takenName(one.name, ...clash).toRecord() };
    for (const [what, name] of claimed) taken.add(`${what} ${name}`);
    return one;
  });
}

const namesOf = (facts: PluginFacts): readonly (readonly [what: string, name: string])[] => [
  ['plug-in', facts.name],
  ...Object.entries(claimWords).flatMap(([kind, what]) => facts[kind as Kind].map((name) => [what, name] as const)),
];
