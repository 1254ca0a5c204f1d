import type { ErrorCode, Weekday } from '@umbracore/contracts';
import { aCalendar, aRepository } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { BackupJob } from './backup-job.ts';
import type { BackupJobInit, ScheduleInit } from './backup-job.ts';
import { RetryStrategy } from './retry-strategy.ts';

const least: BackupJobInit = { sources: ['/home/me/Documents'], repository: 'main' };
const define = (change: Partial<BackupJobInit> = {}) => new BackupJob({ ...least, ...change }).define();

test('the shortest job gets every default', () => {
  expect(define()).toEqual({
    kind: 'backup',
    id: 'documents',
    description: '',
    enabled: true,
    sources: [{ path: '/home/me/Documents', required: true }],
    excludes: [],
    excludeIfPresent: [],
    excludeCaches: false,
    oneFileSystem: false,
    repositories: ['main'],
    tags: [],
    compressionLevel: undefined,
    schedules: [],
    retry: RetryStrategy.exponentialBackoff({ maxAttempts: 3 }),
    verifyAfterBackup: 'metadata',
    limits: {},
    maxRuntimeMs: undefined,
    stallTimeoutMs: 1_800_000,
    shrinkLimit: 0.5,
    orphanPolicy: 'adopt',
  });
});

test.each([
  [{ id: 'mine', tags: ['x'] }, 'mine'],
  [{ tags: ['Important Things!', 'x'] }, 'important-things'],
  [{ sources: ['/srv/www/'] }, 'www'],
  [{ sources: ['/'] }, 'backup'],
  [{ tags: ['日本'] }, 'backup'],
])('%j has the id %s', (change, id) => {
  expect(define(change).id).toBe(id);
});

test('what is said goes before the defaults, and lengths of time may be text', () => {
  const sources = ['/a', { path: '/b', required: false }];
  const definition = define({ sources, maxRuntime: '2h', stallTimeout: 5, compressionLevel: 9, excludes: ['*.tmp'] });
  expect(definition).toMatchObject({
    maxRuntimeMs: 7_200_000,
    stallTimeoutMs: 5,
    compressionLevel: 9,
    excludes: ['*.tmp'],
  });
  expect(definition.sources.map(({ required }) => required)).toEqual([true, false]);
});

test('a repository may be given whole, and there may be several', () => {
  const job = new BackupJob({ ...least, repository: ['main', aRepository({ name: 'other' })] });
  expect(job.define().repositories).toEqual(['main', 'other']);
  expect(job.repositories.map(({ name }) => name)).toEqual(['other']);
});

test('a schedule in parts', () => {
  const retryStrategy = RetryStrategy.fixed({ maxAttempts: 2, delay: 1 });
  const definition = define({
    schedule: { frequency: 'daily', preferredTime: '02:00', timezone: 'Europe/London', retryStrategy },
  });
  expect(definition.schedules).toEqual([
    { recurrence: { type: 'daily', at: { hour: 2, minute: 0 } }, zone: 'Europe/London', text: 'daily at 02:00' },
  ]);
  expect(definition.retry).toBe(retryStrategy);
  expect(
    define({ retryStrategy: RetryStrategy.none(), schedule: { frequency: 'manual', retryStrategy } }),
  ).toMatchObject({
    schedules: [],
    retry: { type: 'none' },
  });
});

test.each([
  [
    { frequency: 'hourly', preferredTime: '00:15' },
    { type: 'hourly', minute: 15 },
  ],
  [
    { frequency: 'weekly', days: [1, 5] },
    { type: 'weekly', days: [1, 5], at: { hour: 0, minute: 0 } },
  ],
  [
    { frequency: 'monthly', dayOfMonth: 'last' },
    { type: 'monthly', day: 'last', at: { hour: 0, minute: 0 } },
  ],
] as const)('%j', (schedule, recurrence) => {
  expect(define({ schedule }).schedules[0]?.recurrence).toEqual(recurrence);
});

test('a schedule as a phrase is left to the calendar', () => {
  const schedule = { recurrence: { type: 'manual' }, zone: 'UTC', text: 'x' } as const;
  const calendar = aCalendar({ parse: (text, zone) => ({ ...schedule, text, zone }) });
  expect(new BackupJob({ ...least, schedule: 'every 6h' }).define(calendar).schedules[0]?.text).toBe('every 6h');
  expect(define({ schedule }).schedules).toEqual([schedule]);
});

test.each<[Partial<BackupJobInit>, ErrorCode]>([
  [{ sources: [] }, 'usage.invalid'],
  [{ sources: ['relative'] }, 'usage.invalid'],
  [{ sources: ['/a\0b'] }, 'usage.invalid'],
  [{ repository: [] }, 'usage.invalid'],
  [{ repository: ['main', 'main'] }, 'usage.invalid'],
  [{ schedule: 'daily at 02:00' }, 'usage.invalid'],
  [{ schedule: { frequency: 'daily', preferredTime: '25:00' } }, 'schedule.time'],
  [{ schedule: { frequency: 'weekly', days: [] } }, 'schedule.time'],
  [{ schedule: { frequency: 'weekly', days: ['Mon'] as unknown as Weekday[] } }, 'schedule.time'],
  [{ schedule: { frequency: 'weekly', days: [1, 7] as unknown as Weekday[] } }, 'schedule.time'],
  [{ schedule: { frequency: 'monthly', dayOfMonth: 0 } }, 'schedule.time'],
  [{ schedule: { frequency: 'monthly', dayOfMonth: 32 } }, 'schedule.time'],
  [{ schedule: { frequency: 'monthly', dayOfMonth: 1.5 } }, 'schedule.time'],
  [{ schedule: { every: '6h' } as unknown as ScheduleInit }, 'schedule.syntax'],
  [{ compressionLevel: 10 }, 'usage.invalid'],
  [{ compressionLevel: -1 }, 'usage.invalid'],
  [{ maxRuntime: 'long' }, 'usage.invalid'],
  [{ id: '' }, 'usage.invalid'],
  [{ id: 'my documents' }, 'usage.invalid'],
  [{ id: '../documents' }, 'usage.invalid'],
  [{ id: 'a,b' }, 'usage.invalid'],
  [{ id: 'a\n' }, 'usage.invalid'],
  [{ tags: ['a,b'] }, 'usage.invalid'],
  [{ tags: ['good', ''] }, 'usage.invalid'],
  [{ tags: [' a'] }, 'usage.invalid'],
])('%j is refused', (change, code) => {
  expect(() => define(change)).toThrow(expect.objectContaining({ code }));
});
