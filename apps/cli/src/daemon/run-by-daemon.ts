import type { RunFlags } from '../commands/run.ts';
import { optionsOf } from '../run/run-options.ts';
import { RunTeller } from '../run/run-teller.ts';
import type { Session } from '../session.ts';
import { refuseSenseless } from '../run/refuse-senseless.ts';
import { daemonFor, sayDetail } from './find-daemon.ts';
import { leaveToDaemon } from './leave-to-daemon.ts';
import { followRequest, type DaemonWork } from './follow-request.ts';

/**
 * Runs jobs by the daemon and shows what it shows. Undefined if there is none that would do the same, and for what is due:
 * that is the daemon's own work, and asking for it here means that it is to be done here.
 */
export async function runByDaemon(
  session: Session,
  names: readonly string[],
  flags: RunFlags,
): Promise<number | undefined> {
  refuseSenseless(flags);
  if (flags.due === true) return undefined;
  const { all = false, tag: tags = [], wait: waitMs } = flags;
  // JSON has no infinity.
  const wait = waitMs === Infinity ? true : waitMs && waitMs / 1000;
  const wanted = { jobs: names, all, tags, trigger: 'manual', wait, options: optionsOf(flags) } as const;
  return await (flags.detach === true ? leaveToDaemon : workByDaemon)(session, wanted);
}

/** Lets the daemon carry out a request, and shows what comes of it. Undefined if there is none that would do the same. */
export async function workByDaemon(session: Session, wanted: Omit<DaemonWork, 'key'>): Promise<number | undefined> {
  const client = daemonFor(session);
  if (client === undefined) return undefined;
  const work: DaemonWork = { key: crypto.randomUUID(), ...wanted };
  using teller = new RunTeller(session);
  session.interrupt.leaveRuns();
  const outcome = await followRequest(session, client, work, teller);
  if (outcome === 'not-begun') {
    session.releaseSignals();
    sayDetail(session, 'Without the daemon: it does not answer.');
    return undefined;
  }
  if (outcome !== 'lost') return outcome.exitCode;
  const { carryOn } = await import('./carry-on.ts');
  return await carryOn(session, work, teller);
}
