import { job, of, repositories, value, type Broken } from './broken.ts';

const daily = (lines: string): string => job(`schedule: { frequency: daily, ${lines} }`);

/** Faults in when jobs run: windows, catching up, conditions and the daemon. */
export const brokenTimes: readonly Broken[] = [
  of('schedule.syntax', 'window', daily('window: ⟦nights'), 'write 01:00-06:00', ['nights', '22:00-06:00']),
  of('schedule.syntax', 'window in a list', daily('window: [01:00-06:00, ⟦noon]'), 'write 01:00-06:00', [
    'noon',
    '12:00-13:00',
  ]),
  of('schedule.syntax', 'blackout', daily("blackouts: [⟦xmas, 'Sat,Sun 10:00-14:00']"), 'write 01:00-06:00', [
    'xmas',
    '2026-12-24/2026-12-26',
  ]),
  of(
    'schedule.syntax',
    'window of the second schedule',
    job('schedule: [manual, { every: 6h, window: ⟦01:00 }]'),
    'write 01:00-06:00',
    ['window: 01:00', 'window: 01:00-02:00'],
  ),
  value('window that is a number', daily('window: ⟦1'), 'write 01:00-06:00', ['window: 1', 'window: 01:00-02:00']),
  value('window that is empty', daily('window: ⟦[]'), 'add an entry', ['[]', '01:00-02:00']),
  value('jitter without unit', daily('jitter: ⟦10'), 'such as 90s', ['jitter: 10', 'jitter: 10m']),
  value('catching up', daily('catchUp: ⟦run-one'), 'did you mean "run-once"?', ['run-one', 'run-once']),
  value('catching up at all', daily('catchUp: ⟦never'), 'write run-once, run-all or skip', ['never', 'skip']),
  value('catching up in a map', daily('catchUp: { policy: ⟦all }'), 'use one of: run-once, run-all, skip', [
    'all',
    'run-all',
  ]),
  of('config.unknown-key', 'key of catching up', daily('catchUp: { policy: run-all, ⟦atmost: 3 }'), '"atMost"', [
    'atmost',
    'atMost',
  ]),
  value('catching up with none', daily('catchUp: { policy: run-all, atMost: ⟦0 }'), 'write at least 1', [
    'atMost: 0',
    'atMost: 1',
  ]),
  of('schedule.syntax', 'number of one', daily('catchUp: { policy: run-once, atMost: ⟦3 }'), 'remove it', [
    ', atMost: 3',
    '',
  ]),
  of('schedule.syntax', 'how long to skip', daily('catchUp: { policy: skip, within: ⟦2d }'), 'remove "within"', [
    ', within: 2d',
    '',
  ]),
  value('overlap', job('overlap: ⟦wait'), 'use one of: skip, queue, cancel', ['wait', 'queue']),
  value('overlap in a schedule', daily('overlap: ⟦quue'), 'did you mean "queue"?', ['quue', 'queue']),
  value('stale at once', job('staleAfter: ⟦0h'), 'such as 90s', ['0h', '36h']),
  value('due without end', daily('atLeastEvery: ⟦0s'), 'such as 90s', ['0s', '7d']),
  of('config.unknown-key', 'field of a job in a schedule', daily('⟦limits: { upload: 1MiB/s }'), 'remove it', [
    ', limits: { upload: 1MiB/s }',
    '',
  ]),
  of('config.unknown-key', 'field of a schedule in a job', job('⟦window: 01:00-06:00'), 'remove it, or use one of', [
    'window: 01:00-06:00',
    '',
  ]),

  value(
    'two overlaps',
    job('schedule: [{ every: 6h, overlap: skip }, { every: 24h, overlap: ⟦cancel }]'),
    'keep one of them, or make two jobs',
    ['overlap: cancel', 'overlap: skip'],
  ),
  value('two limits of time', job('maxRuntime: 1h\n    schedule: { every: 6h, maxRuntime: ⟦2h }'), 'keep one of them', [
    'maxRuntime: 1h\n',
    '\n',
  ]),
  value(
    'two ways to try again',
    `${repositories}profiles:\n  p:\n    retry: { type: none }\n    schedule: { every: 6h, retryStrategy: ⟦{ type: fixed } }\n`,
    'keep one of them',
    ['type: fixed', 'type: none'],
  ),
  {
    ...value(
      'date without quotes',
      '[repositories]\nmain = "/mnt"\n[jobs.docs]\nsources = "a"\nschedule = { frequency = "daily", blackouts = ⟦2026-12-24 }\n',
      'put it between quotes',
      ['2026-12-24', '"2026-12-24"'],
    ),
    file: 'umbra.toml',
  },

  value('conditions as a word', job('conditions: ⟦ac'), 'write { power: ac }', [
    'conditions: ac',
    'conditions: { power: ac }',
  ]),
  value('otherwise', job('conditions: { power: ac, otherwise: ⟦fail }'), 'use one of: wait, skip', ['fail', 'skip']),
  value('how long to wait', job('conditions: { power: ac, waitFor: ⟦6 }'), 'such as 90s', ['6 }', '6h }']),
  of('config.unknown-key', 'misspelt otherwise', job('conditions: { power: ac, ⟦otherwize: skip }'), '"otherwise"', [
    'otherwize',
    'otherwise',
  ]),
  of('config.unknown-key', 'misspelt waitFor', job('conditions: { power: ac, ⟦waitfor: 6h }'), '"waitFor"', [
    'waitfor',
    'waitFor',
  ]),

  value(
    'otherwise without a condition',
    job('conditions: { ⟦otherwise: skip }'),
    'add a condition, such as "power: ac"',
    ['otherwise: skip', 'power: ac'],
  ),
  value(
    'waiting without a condition, in a chain',
    `${job('')}chains:\n  night: { steps: [docs], conditions: { ⟦waitFor: 6h } }\n`,
    'or remove it',
    [', conditions: { waitFor: 6h }', ''],
  ),
  value('listening to everybody', `daemon: { listen: ⟦0.0.0.0:8970 }\n${repositories}`, 'write 127.0.0.1 or [::1]', [
    '0.0.0.0',
    '127.0.0.1',
  ]),
  value('listening by name', `daemon: { listen: ⟦backup.example.net:8970 }\n${repositories}`, 'write 127.0.0.1', [
    'backup.example.net',
    'localhost',
  ]),
  value('listening without port', `daemon: { listen: ⟦127.0.0.1 }\n${repositories}`, 'such as 127.0.0.1:8970', [
    '127.0.0.1',
    "'[::1]:8970'",
  ]),
  value('listening on no port', `daemon: { listen: ⟦127.0.0.1:89700 }\n${repositories}`, 'a port up to 65535', [
    '89700',
    '8970',
  ]),
  value('socket that is too long', `daemon: { socket: ⟦/${'a'.repeat(110)} }\n${repositories}`, 'a shorter folder', [
    'a'.repeat(110),
    'run/umbra.sock',
  ]),
  value('daemon without room', `daemon: { concurrency: ⟦0 }\n${repositories}`, 'write at least 1', ['0 }', '1 }']),
  value('history that is too short', `history: { keep: ⟦7d }\n${repositories}`, 'write 30d or longer', ['7d', '30d']),
  value('history of too few runs', `history: { runs: ⟦10 }\n${repositories}`, 'write at least 1000', [
    '10 }',
    '1000 }',
  ]),
  of('config.unknown-key', 'key of the daemon', `daemon: { ⟦sokcet: /run/u }\n${repositories}`, '"socket"', [
    'sokcet',
    'socket',
  ]),
];
