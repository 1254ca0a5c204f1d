import { statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { pluginApi, reasonOf, UmbraError, type Clock, type Plugin, type PluginReference } from '@umbracore/contracts';
import type { AskedRules } from '@umbracore/plugin-process';
import type { ChosenPlugin } from './chosen-plugin.ts';
import { refuseExposed } from './exposure.ts';
import { inTime, readyWithinMs } from './in-time.ts';
import { provideApi } from './provided-api.ts';
import type { PluginTools } from './tools.ts';

/** Loads the plug-ins that the configuration names; names are resolved from `folder`. Nothing is loaded by merely existing. */
export async function loadPlugins(
  references: readonly PluginReference[],
  folder: string,
  tools: PluginTools,
): Promise<readonly ChosenPlugin[]> {
  return Promise.all(references.map((reference) => loadPlugin(reference, folder, tools)));
}

/** Loads one plug-in. Throws `plugin.*`, and `engine.*` for a program that does not answer. */
export async function loadPlugin(
  { use, options }: PluginReference,
  folder: string,
  tools: PluginTools,
): Promise<ChosenPlugin> {
  const file = locate(use, folder);
  const exposure = refuseExposed(use, file);
  if (exposure !== undefined) tools.log.warn({ use, file }, `others may change a plug-in: ${exposure}`);
  if (isModule(file))
    return { plugin: checkPlugin(await importModule(file, use, tools.clock), use), options, use, file, exposure };
  const askedAbout = (asked: AskedRules | undefined): Promise<Plugin> => startProgram(file, use, { ...tools, asked });
  return { plugin: await askedAbout(tools.asked), askedAbout, options, use, file, exposure };
}

const isModule = (file: string): boolean => /\.[cm]?[jt]s$/.test(file);

async function importModule(file: string, use: string, clock: Clock): Promise<unknown> {
  provideApi();
  const loading: Promise<unknown> = import(pathToFileURL(file).href).catch((cause: unknown) => {
    throw new UmbraError('plugin.invalid', `the plug-in ${use} failed while loading: ${reasonOf(cause)}`, {
      hint: hintFor(cause, file),
      context: { use, file },
      cause,
    });
  });
  const loaded = await inTime(clock, loading, () => {
    return new UmbraError('plugin.invalid', `the plug-in ${use} was not loaded within ${readyWithinMs / 1000} s`, {
      hint: 'Let it wait for nothing outside of its functions.',
      context: { use, file },
    });
  });
  return typeof loaded === 'object' && loaded !== null && 'default' in loaded ? loaded.default : undefined;
}

/** What a plug-in imports has to be installed where it lies: umbra brings nothing of that but the API. */
function hintFor(cause: unknown, file: string): string {
  if (
    cause instanceof SyntaxError &&
    /\b(?:import statement outside a module|Unexpected token 'export')/.test(cause.message)
  )
    return `Say "type": "module" in the package.json next to it, or name it ${basename(file).replace(/(?=[jt]s$)/, 'm')}.`;
  const [, missing] = /^Cannot find package '([^']+)' imported from/.exec(reasonOf(cause)) ?? [];
  if (missing === undefined) return `See the whole error with \`node ${file}\`.`;
  return `Install what it imports: \`npm install ${missing}\` in ${dirname(file)}.`;
}

/** Any other file is a program, asked over its input and output. */
async function startProgram(file: string, use: string, tools: PluginTools): Promise<Plugin> {
  const { programCommand, programPlugin, usualPatience } = await import('@umbracore/plugin-process');
  const { processes, clock, log, env, asked } = tools;
  const program = { name: use, command: programCommand(file, env), processes, clock, log, patience: usualPatience };
  return await programPlugin({ program, asked });
}

/** The file of a plug-in. Throws `plugin.absent`. */
export function locate(use: string, folder: string): string {
  const isPath = isAbsolute(use);
  try {
    return createRequire(join(folder, 'umbra.yaml')).resolve(use);
  } catch (cause) {
    const message = isPath
      ? `there is no plug-in ${use}`
      : `the plug-in ${use} is not installed where ${folder} can find it`;
    const isFolder = isPath && statSync(use, { throwIfNoEntry: false })?.isDirectory() === true;
    const pathHint = isFolder ? 'It is a folder: give the file in it.' : 'Correct its path.';
    const hint = isPath ? pathHint : `Run \`npm install ${use}\` in ${folder}, or give the path of a file.`;
    throw new UmbraError('plugin.absent', message, { hint, context: { use }, cause });
  }
}

const definedHint = 'Make its default export the result of definePlugin({ name, register }).';

function checkPlugin(candidate: unknown, use: string): Plugin {
  const wrong = shapeProblem(candidate);
  if (wrong !== undefined) throw new UmbraError('plugin.invalid', `${use} ${wrong.what}`, { hint: wrong.hint });
  const plugin = candidate as AnyPlugin;
  if (!isForThisApi(plugin)) {
    const api = String(plugin.api);
    throw new UmbraError('plugin.api', `${use} is made for plug-in API ${api}; this is API ${pluginApi}`, {
      hint: 'Install a version of the plug-in that fits this version of UmbraCore.',
    });
  }
  return plugin;
}

/** A plug-in of any API version. */
type AnyPlugin = Omit<Plugin, 'api'> & { readonly api?: unknown };

const isForThisApi = (plugin: AnyPlugin): plugin is Plugin => plugin.api === pluginApi;

/** Why something is no plug-in of any version, and what to do. */
function shapeProblem(candidate: unknown): { readonly what: string; readonly hint: string } | undefined {
  const isObject = typeof candidate === 'object' && candidate !== null;
  const { name, api, register } = (isObject ? candidate : {}) as { readonly [K in keyof AnyPlugin]?: unknown };
  if (typeof register !== 'function') return { what: 'does not export a plug-in by default', hint: definedHint };
  if (typeof name !== 'string' || !/^[A-Za-z0-9@][\w./@-]*$/.test(name)) {
    return {
      what: `exports a plug-in with ${name === undefined ? 'no name' : `the name ${JSON.stringify(name)}`}`,
      hint: 'Give it a `name` of letters, digits and any of `-_./@`, a letter or digit first.',
    };
  }
  if (api === undefined) return { what: 'does not say for which plug-in API it is made', hint: definedHint };
  return undefined;
}
