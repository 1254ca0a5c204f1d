import { toUmbraError } from '@umbracore/contracts';
import { answerCancel } from './cancel/answer-cancel.ts';
import type { RunFlags } from './commands/run.ts';
import type { EarlyQuestion } from './daemon/early-question.ts';
import { cancelByDaemon } from './daemon/cancel-by-daemon.ts';
import { runByDaemon } from './daemon/run-by-daemon.ts';
import { diffByDaemon } from './daemon/diff-by-daemon.ts';
import { findByDaemon } from './daemon/find-by-daemon.ts';
import { growthByDaemon } from './daemon/growth-by-daemon.ts';
import { lsByDaemon } from './daemon/ls-by-daemon.ts';
import { answerDiff } from './diff/answer-diff.ts';
import { answerFind } from './find/answer-find.ts';
import { answerGrowth } from './growth/answer-growth.ts';
import { answerLs } from './listing/answer-ls.ts';
import { snapshotsByDaemon } from './daemon/snapshots-by-daemon.ts';
import { statusByDaemon } from './daemon/status-by-daemon.ts';
import { readQuickly, type QuickCall } from './quick-reader.ts';
import { strayLength } from './run/stray-length.ts';
import { Session } from './session.ts';
import { answerSnapshots } from './snapshots/answer-snapshots.ts';
import { answerStatus } from './status/answer-status.ts';

/**
 * Lets the daemon do what a line asks for, with the least that takes: this file is bundled alone, and what would do it here is
 * not in it. `early` is what was asked already. Resolves to the exit code. If it has to be done here nothing was done: `refused`
 * if no daemon does it, and that was said to whoever wants details; undefined if none was looked for.
 */
export async function quick(argv: readonly string[], early?: EarlyQuestion): Promise<number | 'refused' | undefined> {
  const call = readQuickly(argv);
  if (call === undefined) return undefined;
  await using session = new Session(call.globals);
  try {
    const code = await perform(session, call, early);
    if (typeof code !== 'number') return code;
    return call.definition.name === 'run' ? session.exitCode(code) : await session.answered(code);
  } catch (thrown) {
    const error = toUmbraError(thrown);
    session.problem(error);
    return session.exitCode(error.exitCode);
  } finally {
    early?.socket.destroy();
  }
}

async function perform(
  session: Session,
  { definition, args, flags }: QuickCall,
  early: EarlyQuestion | undefined,
): Promise<number | 'refused' | undefined> {
  switch (definition.name) {
    case 'run': {
      const runFlags = flags as unknown as RunFlags;
      // Whether it is a job is known by the configuration.
      if (strayLength(args, runFlags) !== undefined) return undefined;
      return (await runByDaemon(session, args, runFlags)) ?? 'refused';
    }
    case 'status': {
      // Looking again and again takes a clock, and ends by a signal only.
      if (flags['watch'] === true) return undefined;
      const known = await statusByDaemon(session, args, flags, early);
      return known === undefined ? 'refused' : answerStatus(session, known, flags);
    }
    case 'snapshots': {
      const listed = await snapshotsByDaemon(session, args[0], flags);
      return listed === undefined ? 'refused' : answerSnapshots(session, listed);
    }
    case 'ls': {
      const listed = await lsByDaemon(session, args[0] ?? '', flags);
      if (listed === undefined) return 'refused';
      answerLs(session, listed, flags);
      return 0;
    }
    case 'find': {
      const found = await findByDaemon(session, args[0] ?? '', flags);
      return found === undefined ? 'refused' : answerFind(session, found);
    }
    case 'diff': {
      const difference = await diffByDaemon(session, args, flags);
      if (difference === undefined) return 'refused';
      answerDiff(session, difference);
      return 0;
    }
    case 'growth': {
      const growth = await growthByDaemon(session, args, flags);
      if (growth === undefined) return 'refused';
      answerGrowth(session, growth);
      return 0;
    }
    case 'cancel': {
      const cancelled = await cancelByDaemon(session, args[0] ?? '');
      if (cancelled === undefined) return 'refused';
      answerCancel(session, cancelled);
      return 0;
    }
    default:
      return undefined;
  }
}
