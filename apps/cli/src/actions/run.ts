import type { Action } from '../command.ts';
import type { RunFlags } from '../commands/run.ts';
import { runByDaemon } from '../daemon/run-by-daemon.ts';
import { refuseStray, strayLength } from '../run/stray-length.ts';

/** By the daemon where one works with the same configuration, else here: the journal is the same. */
export const action: Action<RunFlags> = async (session, names, flags) => {
  const stray = strayLength(names, flags);
  if (stray !== undefined) await refuseStray(session, stray);
  const code = await runByDaemon(session, names, flags);
  if (code !== undefined) return code;
  const { runHere } = await import('../run/run-here.ts');
  return await runHere(session, names, flags);
};
