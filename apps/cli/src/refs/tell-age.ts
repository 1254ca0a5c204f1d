import type { Instant } from '@umbracore/contracts';
import { dayTime } from '../output/times.ts';
import type { Session } from '../session.ts';

/** That what follows is what a catalog knew. */
export function tellAge(session: Session, repository: string, asOf: Instant | undefined): void {
  if (asOf === undefined) return;
  session.notice(`From the catalog of ${repository}, as of ${dayTime(asOf, session.now())}.`);
}
