import type { CheckScope, MendStep, RepairStory } from '@umbracore/contracts';
import type { SnapshotCopies } from '../repositories/copy-snapshots.ts';
import type { Verification } from '../repositories/verify.ts';
import { exitCodes } from './exit-codes.ts';
import { newCheckDocument } from './run-document.ts';

/** What a repair found, did and found afterwards, as `umbra.repair/1`. */
export const repairDocument = (repository: string, { first, last, done, declined }: RepairStory) => ({
  repository,
  sound: last.sound,
  problemsBefore: first.problems,
  problems: last.problems,
  steps: done.map(({ step, problems, lines }) => ({ ...mendStepDocument(step), problems, lines })),
  next: declined === undefined ? null : mendStepDocument(declined),
});

export type RepairDocument = ReturnType<typeof repairDocument>;

export type MendStepDocument = ReturnType<typeof mendStepDocument>;

/** What a step works on. */
export const mendStepDocument = (step: MendStep) => ({
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

/** What looking at a repository found, as `umbra.verify/1`; `read` in per cent of the data. */
export const verifyDocument = (repository: string, { scope, report, remembered }: Verification) => ({
  repository,
  sound: report.sound,
  exitCode: report.sound ? exitCodes.done : exitCodes.damage,
  read: percentOf(scope),
  problems: report.problems,
  advice: report.advice,
  check: newCheckDocument(remembered),
});

export type VerifyDocument = ReturnType<typeof verifyDocument>;

/** How much of the data is read, in per cent. */
export function percentOf(scope: CheckScope): number {
  switch (scope.type) {
    case 'structure':
      return 0;
    case 'all':
      return 100;
    case 'percent':
      return scope.percent;
    case 'part':
      return 100 / scope.of;
  }
}
