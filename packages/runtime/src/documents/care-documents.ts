import type { MendStep, RepairStory } from '@umbracore/contracts';
import type { SnapshotCopies } from '../repositories/copy-snapshots.ts';

/** What a repair found, did and found afterwards, as `umbra.repair/1`. */
export const repairDocument = (repository: string, { first, last, done, declined }: RepairStory) => ({
  repository,
  sound: last.sound,
  problemsBefore: first.problems,
  problems: last.problems,
  steps: done.map(({ step, lines }) => ({ ...stepDocument(step), lines })),
  next: declined === undefined ? null : stepDocument(declined),
});

const stepDocument = (step: MendStep) => ({
  type: step.type,
  packs: step.type === 'packs' ? step.packs : [],
  ...(step.type === 'bring' ? { from: step.from, snapshots: step.snapshots, lost: step.lost } : {}),
});

/** What changed of the keys of a repository, as `umbra.password/1`; never a password. */
export interface PasswordChange {
  readonly added?: string;
  readonly removed?: string | undefined;
  readonly file?: string;
  readonly finished?: boolean;
}

export const passwordDocument = (repository: string, { added, removed, file, finished }: PasswordChange) => ({
  repository,
  added: added ?? null,
  removed: removed ?? null,
  file: file ?? null,
  finished: finished ?? false,
});

/** The copies that a repository has of single snapshots, as `umbra.snapshot-copies/1`. */
export const snapshotCopiesDocument = (repository: string, from: string, { copies, check }: SnapshotCopies) => ({
  repository,
  from,
  copies: copies.map(({ original, copy }) => ({ original, copy })),
  check: check === undefined ? null : { sound: check.sound, problems: check.problems, read: check.read },
});
