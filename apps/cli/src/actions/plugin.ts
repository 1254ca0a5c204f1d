import { dirname, relative, resolve } from 'node:path';
import { isUmbraError, toUmbraError, UmbraError, type Configuration } from '@umbracore/contracts';
import type { ListedPlugin } from '@umbracore/runtime';
import type { Action } from '../command.ts';
import type { PluginAddFlags } from '../commands/plugin.ts';
import {
  addPlugin,
  checkConfiguration,
  editConfigurationFile,
  isPluginPath,
  listPlugins,
  placedPlugin,
  pluginAt,
  preparePlugins,
  readConfiguration,
  removePlugin,
  usualTools,
} from '../doors/plugins.ts';
import { printable } from '../output/printable.ts';
import { pluginsDocument, type Usable } from '../plugin/plugins-document.ts';
import { confirm } from '../prompt/prompt.ts';
import type { Session } from '../session.ts';

type NoFlags = object;

export const list: Action<NoFlags> = async (session) => {
  const plugins = await listPlugins(session.place(), await readConfiguration(session.place()));
  const broken = plugins.filter(({ problem }) => problem !== undefined);
  if (session.json) session.document('plugins', pluginsDocument(plugins));
  else showList(session, plugins);
  return broken.length > 0 ? 32 : 0;
};

function showList(session: Session, plugins: readonly ListedPlugin[]): void {
  const { style } = session.stdout;
  for (const plugin of plugins) {
    if (plugin.problem !== undefined) {
      session.say(`${style.red(session.signs.bad)} ${printable(plugin.use)}`);
      session.say(`    ${printable(plugin.problem.message)}`);
      if (plugin.problem.hint !== null) session.say(`    ${style.cyan('hint')}: ${printable(plugin.problem.hint)}`);
      continue;
    }
    const { name, version, use, exposure } = plugin;
    const sign = exposure === undefined ? style.green(session.signs.good) : style.yellow(session.signs.attention);
    const numbered = version === undefined ? name : `${name} ${version}`;
    const place = use === undefined ? 'built in' : nearPath(session, use);
    session.say(`${sign} ${style.bold(printable(numbered))}  ${style.dim(printable(place))}`);
    for (const [what, names] of byKind(plugin)) session.say(`    ${what.padEnd(11)} ${printable(names.join(', '))}`);
    if (exposure !== undefined) session.say(`    ${printable(exposure)}: whoever may do so decides what it does`);
  }
}

const byKind = ({
  backends,
  secrets,
  conditions,
  notifiers,
  sensors,
  hooks,
}: Usable): readonly (readonly [string, readonly string[]])[] =>
  (
    [
      ['backends', backends],
      ['secrets', secrets.map((scheme) => `${scheme}:`)],
      ['conditions', conditions],
      ['channels', notifiers],
      ['sensors', sensors],
      ['hooks', hooks],
    ] as const
  ).filter(([, names]) => names.length > 0);

function nearPath({ cwd }: Session, use: string): string {
  const near = relative(cwd, use);
  return !isPluginPath(use) || near.startsWith('..') ? use : `./${near}`;
}

export const add: Action<PluginAddFlags> = async (session, [name = ''], { options }) => {
  const place = session.place();
  const configuration = await readConfiguration(place);
  const target = fileOf(configuration);
  const { plugin, use: found = name, exposure } = await pluginAt(place, name);
  if (configuration.plugins.some(({ use }) => use === found)) throw duplicate(name);
  // Tried on the whole first: a configuration that was good stays good.
  await demandUsable(session, configuration, [...configuration.plugins, { use: found, options }]);
  const use = isPluginPath(name) ? asWritten(found, dirname(target)) : name;
  await editConfigurationFile(target, (text) => addPlugin(text, options === undefined ? use : { use, options }));
  if (session.json) return session.document('plugin-added', { plugin: plugin.name, use, file: target });
  session.done(
    `${printable(plugin.name)} added to ${printable(target)} (nothing else in the file changed)`,
    `does it keep its contracts? umbra plugin check ${printable(plugin.name)}`,
  );
  if (exposure !== undefined) session.notice(`  ${printable(exposure)}: whoever may do so decides what it does`);
};

const duplicate = (name: string): UmbraError =>
  new UmbraError('config.duplicate', `the plug-in ${name} is already there`, {
    hint: 'Change its options in the file.',
  });

/** As a person would write it: from the folder of the configuration, if it is below. */
function asWritten(file: string, folder: string): string {
  const near = relative(folder, file);
  return near.startsWith('..') ? file : `./${near}`;
}

function fileOf({ file }: Configuration): string {
  if (file !== undefined) return file;
  throw new UmbraError('config.absent', 'there is no configuration file to edit', { hint: 'Run `umbra init`.' });
}

/** Throws what is wrong with a configuration that names these plug-ins. */
async function demandUsable(
  session: Session,
  configuration: Configuration,
  plugins: Configuration['plugins'],
): Promise<void> {
  await preparePlugins(session.place(), { ...configuration, plugins }, usualTools(session.env));
}

/** Throws what would be wrong without a plug-in: conditions and the like count only where all is well with it. */
async function demandDispensable(session: Session, configuration: Configuration, index: number): Promise<void> {
  const place = session.place();
  const others = { ...configuration, plugins: configuration.plugins.toSpliced(index, 1) };
  const isSound = await checkConfiguration({ ...place, configuration }).then(
    () => true,
    () => false,
  );
  if (isSound) await checkConfiguration({ ...place, configuration: others });
  else await preparePlugins(place, others, usualTools(session.env));
}

export const remove: Action<NoFlags> = async (session, [name = '']) => {
  const place = session.place();
  const configuration = await readConfiguration(place);
  const target = fileOf(configuration);
  const { use, index, loaded } = await placedPlugin(place, configuration, name);
  const called = isUmbraError(loaded) ? name : loaded.plugin.name;
  // Without it the configuration could name what nobody brings, and be refused.
  await demandDispensable(session, configuration, index).catch((thrown: unknown) => {
    const error = toUmbraError(thrown);
    // Another one that is broken is no reason to keep this one.
    if (!error.code.startsWith('plugin.')) throw inUse(called, error);
  });
  if (!(await confirm(session, `Take ${called} out of the configuration?`, false))) {
    throw new UmbraError('run.cancelled', 'nothing was changed');
  }
  const isMeant = (written: string): boolean => written === use || absolute(session, target, written) === use;
  await editConfigurationFile(target, (text) => removePlugin(text, isMeant));
  if (session.json) return session.document('plugin-removed', { plugin: called, use, file: target });
  session.done(`${printable(called)} is out of ${printable(target)}; its file stays`);
};

const inUse = (name: string, error: UmbraError): UmbraError =>
  new UmbraError(error.code, `the plug-in ${name} is in use; without it: ${error.message}`, {
    hint: 'Take what uses it out of the configuration first.',
    cause: error,
  });

const absolute = ({ home }: Session, file: string, written: string): string =>
  written.startsWith('~/') ? resolve(home, written.slice(2)) : resolve(dirname(file), written);
