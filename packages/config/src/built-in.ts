import type { DaemonSettings } from '@umbracore/contracts';
/** What holds for every job that says nothing else: the weakest layer. The schema repeats these to editors. */
export const builtIn = {
  description: '',
  enabled: true,
  excludes: [] as string[],
  excludeIfPresent: [] as string[],
  excludeCaches: false,
  oneFileSystem: false,
  tags: [] as string[],
  schedule: 'manual',
  retry: {
    type: 'exponentialBackoff' as const,
    maxAttempts: 3,
    initialDelay: '1m',
    maxDelay: '30m',
    factor: 2,
    maxTotal: '2h',
  },
  verify: { afterBackup: 'metadata' as const },
  limits: { upload: 'unlimited', download: 'unlimited' },
  stallTimeout: '30m',
  shrinkLimit: 0.5,
  orphanPolicy: 'adopt' as const,
};

/** What holds for every repository that says nothing else. */
export const builtInRepository = { backend: 'restic', lockWait: '10m' } as const;

/** The daemon as it works if the configuration says nothing. */
export const defaultDaemonSettings: DaemonSettings = {
  concurrency: 2,
  socket: undefined,
  listen: undefined,
  settleMs: 30_000,
};
