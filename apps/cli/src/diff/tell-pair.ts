import type { Instant } from '@umbracore/contracts';
import { printable } from '../output/printable.ts';
import { dayTime } from '../output/times.ts';
import type { Session } from '../session.ts';

interface Side {
  readonly id: string;
  readonly time: Instant;
}

interface ToldPair {
  readonly repository: string;
  readonly from: Side;
  readonly to: Side;
  readonly path: string | null | undefined;
}

/** `From 41dbb77c (yesterday 02:00) to 075916ec (today 02:00) in home, /etc` */
export function tellPair(session: Session, { repository, from, to, path }: ToldPair): void {
  const [before, after] = [from, to].map(({ id, time }) => `${id.slice(0, 8)} (${dayTime(time, session.now())})`);
  session.notice(`From ${before} to ${after} in ${repository}${path ? `, ${printable(path)}` : ''}`);
}
