import { dirname } from 'node:path';
import { pluginApi, type EngineCommand } from '@umbracore/contracts';

/** All that a program finds in its environment; whatever else it needs stands in its options. */
const kept = ['PATH', 'HOME', 'USER', 'LANG', 'LC_ALL', 'LC_CTYPE', 'TZ', 'TMPDIR'];

/** How a plug-in that is a program is started: without arguments, in its own folder. */
export function programCommand(file: string, env: Readonly<Record<string, string | undefined>>): EngineCommand {
  const found = kept.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]] as const]));
  return {
    program: file,
    args: [],
    env: { ...Object.fromEntries(found), UMBRA_PLUGIN_API: String(pluginApi) },
    cwd: dirname(file),
  };
}
