import { UmbraError } from '@umbracore/contracts';
import type { RunFlags } from '../commands/run.ts';
import { parseDuration } from '../output/durations.ts';
import type { Session } from '../session.ts';

/** A length of time among the names behind a bare `--wait`, which takes no word: it may have been meant for it. */
export const strayLength = (names: readonly string[], { wait }: RunFlags): string | undefined =>
  wait === Infinity ? names.find((name) => parseDuration(name) !== undefined) : undefined;

/** Throws `usage.unknown-job` unless there is a job of that name. */
export async function refuseStray(session: Session, length: string): Promise<void> {
  const { readConfiguration } = await import('../doors/configuration.ts');
  const { jobs } = await readConfiguration(session.place());
  if (jobs.has(length)) return;
  throw new UmbraError('usage.unknown-job', `there is no job "${length}"`, {
    hint: `Did you mean --wait=${length}?`,
  });
}
