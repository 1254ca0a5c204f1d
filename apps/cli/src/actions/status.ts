import type { Action } from '../command.ts';
import type { StatusFlags } from '../commands/status.ts';
import { answerStatus } from '../status/answer-status.ts';
import { standingsOf } from '../status/standings-of.ts';

export const action: Action<StatusFlags> = async (session, names, flags) => {
  if (flags.watch !== true) return answerStatus(session, await standingsOf(session, names, flags), flags);
  const { watchStatus } = await import('../status/watch-status.ts');
  const { clock } = await session.history();
  return await watchStatus(session, { clock, flags, look: () => standingsOf(session, names, flags) });
};
