/** What holds for every job that says nothing else: the weakest layer. The schema repeats these to editors. */
export const builtIn = {
  description: '',
  enabled: true,
  excludes: [] as string[],
  excludeIfPresent: [] as string[],
  excludeCaches: false,
  oneFileSystem: false,
  privileged: false,
  tags: [] as string[],
  schedule: 'manual',
  overlap: 'queue' as const,
  retry: {
    type: 'exponentialBackoff' as const,
    maxAttempts: 3,
    initialDelay: '1m',
    maxDelay: '30m',
    factor: 2,
    maxTotal: '2h',
  },
  strategy: 'incremental' as const,
  skipIfUnchanged: false,
  scan: 'auto' as const,
  verify: { afterBackup: 'metadata' as const },
  limits: { upload: 'unlimited', download: 'unlimited' },
  stallTimeout: '30m',
  shrinkLimit: 0.5,
  orphanPolicy: 'adopt' as const,
};

/** A run that comes after another one does so if that one was good, perhaps with a warning. */
export const builtInOn = ['success', 'warning'] as const;

/** A service that is slow to stop takes a minute or two. */
export const builtInHook = { timeout: '5m', tries: 1, delay: '10s', onFailure: 'fail' } as const;

export const builtInConditions = { otherwise: 'wait' } as const;

/** Half a day of an hourly job: more would be a flood after a holiday. */
export const builtInCatchUp = { policy: 'run-once', atMost: 12 } as const;

/** A fifth: a policy with a slip in it takes more, one that goes on as before does not. */
export const builtInForget = { minimum: 1, rail: '20%' } as const;

/** A month of changes is what a differential run reads at most. */
export const builtInBase = { every: '30d' } as const;

/** The one who wrote the repository looks at it every week, whatever others say of it. */
export const builtInCheck = { resticEvery: '7d' } as const;

/** Minutes of work on a slow line, and after a year a few hundred files were tried. */
export const builtInDrill = { files: 25, maxSize: '200MiB' } as const;

export const builtInChain = { join: 'all', onFailure: 'stop' } as const;

/** Nothing is held back unless somebody says so. */
export const builtInThrottle = { cpu: '100%', priority: 'normal' } as const;

/** `throttle: polite`: takes only what nobody else wants, and all of that. */
export const builtInPolite = { priority: 'idle', ioPriority: 'idle' } as const;

/** What holds for every repository that says nothing else. */
export const builtInRepository = {
  backend: 'restic',
  lockWait: '10m',
  stallTimeout: '2m',
  concurrency: 1,
  native: true,
  catalog: '2GiB',
} as const;

/** The daemon as it works if the configuration says nothing. */
export const builtInDaemon = { concurrency: 2, settle: '30s' } as const;

/** Two years, and what a list still shows at once. */
export const builtInHistory = { keep: '730d', runs: 100_000 } as const;

export const builtInRestores = { keepUndo: '14d' };
