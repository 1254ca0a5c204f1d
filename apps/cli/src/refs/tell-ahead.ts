import type { Snapshot } from '@umbracore/contracts';
import { dayTime } from '../output/times.ts';
import { formatQuantity } from '../output/sizes.ts';
import type { Session } from '../session.ts';

/** That there are snapshots which a ref does not mean, for they say they were made later than now. */
export function tellAhead(session: Session, ahead: readonly Snapshot[]): void {
  const newest = ahead.at(-1);
  if (newest === undefined) return;
  const { signs, stderr } = session;
  const many = formatQuantity(ahead.length, 'snapshot');
  const verb = ahead.length === 1 ? 'is' : 'are';
  const latest = `${newest.shortId} of ${dayTime(newest.time, session.now())}`;
  const what = `${many} dated in the future ${verb} passed over, the latest ${latest}`;
  const fix = 'If the clock of this machine is wrong, name the snapshot by its id.';
  session.notice(`${stderr.style.yellow(signs.attention)} ${what}. ${fix}`);
}
