import {
  unbegunRun,
  type BackupJobDefinition,
  type BackupSpec,
  type NewRun,
  type RepositoryDefinition,
  type RunPlan,
  type RunRecord,
  type Snapshot,
} from '@umbracore/contracts';

const noon = Date.UTC(2026, 0, 5, 12);

/** A job that saves `/data` to the repository `main`, on request, without retries. */
export function aJob(overrides: Partial<BackupJobDefinition> = {}): BackupJobDefinition {
  return {
    kind: 'backup',
    id: 'documents',
    description: '',
    enabled: true,
    sources: [{ path: '/data', required: true }],
    excludes: [],
    excludeIfPresent: [],
    excludeCaches: false,
    oneFileSystem: false,
    repositories: ['main'],
    tags: [],
    compressionLevel: undefined,
    schedules: [],
    retry: { type: 'none' },
    verifyAfterBackup: 'none',
    limits: {},
    maxRuntimeMs: undefined,
    stallTimeoutMs: 600_000,
    shrinkLimit: 0.5,
    orphanPolicy: 'adopt',
    ...overrides,
  };
}

/** The repository `main` of the backend `fake`, without a password. */
export function aRepository(overrides: Partial<RepositoryDefinition> = {}): RepositoryDefinition {
  return {
    name: 'main',
    backend: 'fake',
    location: '/repositories/main',
    password: undefined,
    env: {},
    compression: undefined,
    packSizeBytes: undefined,
    limits: {},
    lockWaitMs: 0,
    options: {},
    ...overrides,
  };
}

export function aPlan(overrides: Partial<RunPlan> = {}): RunPlan {
  return { job: aJob(), repository: aRepository(), options: {}, ...overrides };
}

/** A run asked for by hand. */
export function aNewRun(overrides: Partial<NewRun> = {}): NewRun {
  return {
    id: 'r-06EBVJ2M00TESTAA',
    trigger: 'manual',
    slot: null,
    slotAt: null,
    queuedAt: noon,
    ...overrides,
    plan: overrides.plan ?? aPlan(),
  };
}

/** A queued run as the store keeps it. `job` and `repository` follow the plan unless given. */
export function aRun(overrides: Partial<RunRecord> = {}): RunRecord {
  const plan = overrides.plan ?? aPlan();
  return {
    ...aNewRun({ plan }),
    job: plan.job.id,
    repository: plan.repository?.name ?? '',
    parent: null,
    ...unbegunRun,
    ...overrides,
    plan,
  };
}

/** A snapshot; `shortId` follows `id` unless given. */
export function aSnapshot(overrides: Partial<Snapshot> = {}): Snapshot {
  const id = overrides.id ?? '5eed'.repeat(16);
  return {
    id,
    shortId: id.slice(0, 8),
    time: noon,
    host: 'test-host',
    user: 'tester',
    paths: ['/data'],
    tags: [],
    parent: undefined,
    tree: undefined,
    summary: undefined,
    ...overrides,
  };
}

/** What to save; sources have to be given. */
export function aBackupSpec(overrides: Partial<BackupSpec> & Pick<BackupSpec, 'sources'>): BackupSpec {
  return {
    excludes: [],
    excludeIfPresent: [],
    excludeCaches: false,
    oneFileSystem: false,
    tags: [],
    host: 'test-host',
    compressionLevel: undefined,
    parent: undefined,
    force: false,
    dryRun: false,
    ...overrides,
  };
}
