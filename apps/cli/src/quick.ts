import { toUmbraError } from '@umbracore/contracts';
import { answerCancel } from './cancel/answer-cancel.ts';
import type { RunFlags } from './commands/run.ts';
import { cancelByDaemon } from './daemon/cancel-by-daemon.ts';
import { runByDaemon } from './daemon/run-by-daemon.ts';
import { statusByDaemon } from './daemon/status-by-daemon.ts';
import { readQuickly, type QuickCall } from './quick-reader.ts';
import { Session } from './session.ts';
import { answerStatus } from './status/answer-status.ts';

/**
 * Lets the daemon do what a line asks for, with the least that takes: this file is bundled alone, and what would do it here is
 * not in it. Resolves to the exit code; undefined if it has to be done here, and then nothing was done.
 */
export async function quick(argv: readonly string[]): Promise<number | undefined> {
  const call = readQuickly(argv);
  if (call === undefined) return undefined;
  await using session = new Session(call.globals);
  try {
    const code = await perform(session, call);
    return code === undefined ? undefined : session.exitCode(code);
  } catch (thrown) {
    const error = toUmbraError(thrown);
    session.problem(error);
    return session.exitCode(error.exitCode);
  }
}

async function perform(session: Session, { definition, args, flags }: QuickCall): Promise<number | undefined> {
  switch (definition.name) {
    case 'run':
      return await runByDaemon(session, args, flags as unknown as RunFlags);
    case 'status': {
      // Looking again and again takes a clock, and ends by a signal only.
      if (flags['watch'] === true) return undefined;
      const known = await statusByDaemon(session, args, flags);
      return known && answerStatus(session, known, flags);
    }
    case 'cancel': {
      const runs = await cancelByDaemon(session, args[0] ?? '');
      if (runs !== undefined) answerCancel(session, runs);
      return runs && 0;
    }
    default:
      return undefined;
  }
}
