import { inspect } from 'node:util';
import { UmbraError } from '@umbracore/contracts';
import { keepToOurselves } from '@umbracore/runtime/privileged';

/**
 * Throws `usage.invalid` if somebody who set up this process could reach into it: code that is loaded first, or a debugger. Takes
 * core files and the signal that would open a debugger away.
 */
export function harden(env: Readonly<Record<string, string | undefined>>, execArgv: readonly string[]): void {
  const loaded = ['NODE_OPTIONS', 'NODE_REPL_EXTERNAL_MODULE', 'LD_PRELOAD', 'LD_LIBRARY_PATH', 'LD_AUDIT'].find(
    (name) => env[name] !== undefined && env[name] !== '',
  );
  if (loaded !== undefined) throw refused(`${loaded} is set`, `Unset ${loaded}.`);
  const flag = execArgv.find((word) => /^--(?:inspect|require|import|loader|experimental-loader)|^-r/.test(word));
  if (flag !== undefined) throw refused(`Node was started with ${inspect(flag)}`, 'Start it without.');
  // A repository that a group shares has to be shared with what is saved here; all that is ours has modes of its own.
  process.umask(0o007);
  keepToOurselves();
}

const refused = (why: string, hint: string): UmbraError =>
  new UmbraError('usage.invalid', `With more rights than others this is not for debugging: ${why}`, { hint });
