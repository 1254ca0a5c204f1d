import { isUmbraError, UmbraError, type Sensors } from '@umbracore/contracts';
import { describe, expect, test } from 'vitest';
import { checkThrottles, type Problem } from '../src/index.ts';
import { Folder } from './loading.ts';

const mebibyte = 1024 * 1024;

const text = `timezone: Europe/London
repositories:
  main: { url: /a, throttle: { upload: 20MiB/s, when: { busy: 3, priority: low } } }
defaults:
  throttle: polite
profiles:
  slow:
    throttle:
      cpu: 50%
      upload: 1MiB/s
      readConcurrency: 1
      when:
        - { between: '22:00-07:00', days: [Mon, Tue], upload: unlimited }
        - { metered: true, pause: true }
jobs:
  plain: { sources: a }
  slowly: { sources: a, profile: slow, throttle: { cpu: 100%, download: 500KiB/s } }
  rude: { sources: a, throttle: { priority: normal, ioPriority: normal } }
  sync: { command: [sync] }
`;

/** Knows some; `metered` is true or false. */
const sensors: Sensors = {
  sense: () => Promise.resolve([]),
  kinds: () => ['between', 'days', 'metered', 'busy'],
  check({ kind, options }) {
    if (!sensors.kinds().includes(kind))
      throw new UmbraError('config.unknown-reference', `there is no sensor "${kind}"`, { hint: 'Use another one.' });
    if (kind !== 'metered' || typeof options === 'boolean') return;
    throw new UmbraError('config.invalid-value', 'metered is neither true nor false', { hint: 'Write metered: true.' });
  },
};

const refusalOf = (work: () => void): unknown => {
  try {
    work();
    return undefined;
  } catch (error) {
    return error;
  }
};

const problemsOf = (thrown: unknown): readonly Problem[] =>
  isUmbraError(thrown) ? ((thrown.context['problems'] ?? []) as readonly Problem[]) : [];

describe('a policy', () => {
  test('is what all layers say together, with the zone of its hours', async () => {
    using folder = new Folder();
    folder.write('umbra.yaml', text);
    const { jobs, repositories } = await folder.load();
    const zone = 'Europe/London';
    expect(jobs.get('plain')?.throttle).toEqual({ base: { priority: 'idle', ioPriority: 'idle' }, rules: [], zone });
    expect(jobs.get('sync')?.throttle).toEqual(jobs.get('plain')?.throttle);
    expect(jobs.get('rude')?.throttle?.base).toEqual({ priority: 'normal', ioPriority: 'normal' });
    expect(jobs.get('slowly')?.throttle).toEqual({
      base: {
        priority: 'idle',
        ioPriority: 'idle',
        cpuShare: null,
        uploadBytesPerSecond: mebibyte,
        downloadBytesPerSecond: 500 * 1024,
        readConcurrency: 1,
      },
      rules: [
        {
          all: [
            { kind: 'between', options: '22:00-07:00' },
            { kind: 'days', options: ['Mon', 'Tue'] },
          ],
          words: { uploadBytesPerSecond: null },
        },
        { all: [{ kind: 'metered', options: true }], words: { paused: true } },
      ],
      zone,
    });
    expect(repositories.get('main')?.throttle).toEqual({
      base: { uploadBytesPerSecond: 20 * mebibyte },
      rules: [{ all: [{ kind: 'busy', options: 3 }], words: { priority: 'low' } }],
      zone,
    });
  });

  test('is none where nobody says anything', async () => {
    using folder = new Folder();
    folder.write('umbra.yaml', 'repositories: { main: /a }\njobs: { one: { sources: a } }\n');
    const { jobs, repositories } = await folder.load();
    expect([jobs.get('one')?.throttle, repositories.get('main')?.throttle]).toEqual([undefined, undefined]);
  });
});

describe('its sensors', () => {
  test('are checked once they are known, each at its place and once', async () => {
    using folder = new Folder();
    folder.write('umbra.yaml', text.replace('busy', 'bsy').replace('metered: true', 'metered: maybe'));
    const configuration = await folder.load();
    expect(problemsOf(refusalOf(() => checkThrottles(configuration, sensors)))).toMatchObject([
      { code: 'config.unknown-reference', line: 3, column: 57, hint: 'use another one' },
      { code: 'config.invalid-value', line: 14, column: 22, hint: 'write metered: true' },
    ]);
    folder.write('umbra.yaml', text);
    const good = await folder.load();
    expect(() => checkThrottles(good, sensors)).not.toThrow();
  });

  test('of a configuration without a file are named with their job', async () => {
    using folder = new Folder();
    folder.write('umbra.yaml', text.replace('metered: true', 'metered: maybe'));
    const built = { ...(await folder.load()), file: undefined };
    expect(refusalOf(() => checkThrottles(built, sensors))).toMatchObject({
      code: 'config.invalid-value',
      message: 'job "slowly": metered is neither true nor false',
    });
  });
});
