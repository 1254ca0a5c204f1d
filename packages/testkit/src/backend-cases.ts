import type { BackendCase } from './backend-subject.ts';
import { backupCases } from './backend-cases/backups.ts';
import { repositoryCases } from './backend-cases/repositories.ts';
import { restoreCases } from './backend-cases/restores.ts';
import { snapshotCases } from './backend-cases/snapshots.ts';
import { upkeepCases } from './backend-cases/upkeep.ts';

/** What every backend has to do. Which of it applies depends on what the backend `supports`. */
export const backendCases: readonly BackendCase[] = [
  ...repositoryCases,
  ...backupCases,
  ...snapshotCases,
  ...restoreCases,
  ...upkeepCases,
];
