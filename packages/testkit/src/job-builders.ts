import type {
  ChainJobDefinition,
  CheckJobDefinition,
  CommandJobDefinition,
  CopyJobDefinition,
  DrillJobDefinition,
  DrillReport,
  ForgetJobDefinition,
  JobBase,
  PruneJobDefinition,
  RetentionPolicy,
} from '@umbracore/contracts';
import { aJob } from './builders.ts';

/** What jobs of every kind have: on request only, without retries, on the repository `main`. */
function aBase(id: string): JobBase {
  const { description, enabled, repositories, tags, schedules, retry, limits, stallTimeoutMs, orphanPolicy } = aJob();
  const maxRuntimeMs = undefined;
  return {
    id,
    description,
    enabled,
    repositories,
    tags,
    schedules,
    retry,
    limits,
    maxRuntimeMs,
    stallTimeoutMs,
    orphanPolicy,
  };
}

/** Copies everything of ours from the repository `other` to `main`. */
export const aCopyJob = (overrides: Partial<CopyJobDefinition> = {}): CopyJobDefinition => ({
  ...aBase('copy'),
  kind: 'copy',
  from: 'other',
  jobs: [],
  ...overrides,
});

/** Keeps the newest snapshot of each job. */
export const aForgetJob = (overrides: Partial<ForgetJobDefinition> = {}): ForgetJobDefinition => ({
  ...aBase('forget'),
  kind: 'forget',
  jobs: [],
  policy: aPolicy({ last: 1 }),
  ...overrides,
});

export const aPruneJob = (overrides: Partial<PruneJobDefinition> = {}): PruneJobDefinition => ({
  ...aBase('prune'),
  kind: 'prune',
  ...overrides,
});

/** Looks at the structure only. */
export const aCheckJob = (overrides: Partial<CheckJobDefinition> = {}): CheckJobDefinition => ({
  ...aBase('check'),
  kind: 'check',
  readPercent: 0,
  ...overrides,
});

/** Tries ten files of all jobs, of 1 MiB at most. */
export const aDrillJob = (overrides: Partial<DrillJobDefinition> = {}): DrillJobDefinition => ({
  ...aBase('drill'),
  kind: 'drill',
  jobs: [],
  files: 10,
  maxBytes: 1024 ** 2,
  canaries: [],
  ...overrides,
});

/** Runs `true`. */
export const aCommandJob = (overrides: Partial<CommandJobDefinition> = {}): CommandJobDefinition => ({
  ...aBase('command'),
  kind: 'command',
  repositories: [],
  command: ['true'],
  env: {},
  cwd: undefined,
  warningCodes: [],
  ...overrides,
});

/** Has no nodes. */
export const aChainJob = (overrides: Partial<ChainJobDefinition> = {}): ChainJobDefinition => ({
  ...aBase('chain'),
  kind: 'chain',
  repositories: [],
  nodes: [],
  edges: [],
  onFailure: 'stop',
  ...overrides,
});

/** A policy without any rule. */
export const aPolicy = (overrides: Partial<RetentionPolicy> = {}): RetentionPolicy => ({
  last: 0,
  hourly: 0,
  daily: 0,
  weekly: 0,
  monthly: 0,
  yearly: 0,
  withinMs: undefined,
  tags: [],
  minimum: 1,
  zone: 'UTC',
  ...overrides,
});

/** Of a drill that restored one file and found it as it was saved. */
export const aDrillReport = (overrides: Partial<DrillReport> = {}): DrillReport => ({
  kind: 'drill',
  files: 1,
  bytes: 1,
  bySource: 1,
  byHash: 0,
  notCompared: 0,
  changed: 0,
  failures: [],
  failureCount: 0,
  restoreMs: 1000,
  snapshots: [],
  leftOut: { tooLarge: 0, oddNames: 0 },
  ...overrides,
});
