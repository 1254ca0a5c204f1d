export { adoptRepository, type Adoption } from './adopt.ts';
export { adoptedJob, adoptedRuns, type AdoptionFacts } from './adopted-runs.ts';
export { figuresOf, quotaWarning, type Growth, type QuotaFigures, type RepositoryFigures } from './figures.ts';
export { gatherFigures, type FiguresSources } from './gather-figures.ts';
export { mendRepository, scopeToMend, type MendRequest, type MendSources } from './mend.ts';
export { lookAtRepository, type RepositoryLook } from './look-at-repository.ts';
export { checkLacking, verifyRepository, type Verification } from './verify.ts';
export { RepositoryWorks, type RepositoryTask, type RepositoryWork, type WorksSources } from './works.ts';
export { copySnapshots, type CopyQuestion, type SnapshotCopies } from './copy-snapshots.ts';
