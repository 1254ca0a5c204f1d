import { full, job, of, value, type Broken } from './broken.ts';

/** Faults in how gently something is to work. */
export const brokenThrottles: readonly Broken[] = [
  value('throttle that is no word', job('throttle: ⟦gentle'), 'write polite, or { priority: idle', [
    'gentle',
    'polite',
  ]),
  value('no share of the processors', job('throttle: { cpu: ⟦0% }'), 'write 1% to 100%', ['0%', '50%']),
  value('no priority', job('throttle: { priority: ⟦lowest }'), 'idle', ['lowest', 'idle']),
  value('throttle to no rate', full('throttle: { upload: ⟦fast }'), 'write a size per second', ['fast', '5MiB/s']),
  value('no files at a time', job('throttle: { readConcurrency: ⟦0 }'), '1', ['0 }', '2 }']),
  of('config.unknown-key', 'throttle that always pauses', job('throttle: { ⟦pause: true }'), 'priority', [
    'pause: true',
    'priority: idle',
  ]),
  of(
    'config.unknown-key',
    'misspelt word of a rule',
    job('throttle: { when: [{ days: Sat, ⟦uplaod: 1MiB/s }] }'),
    'upload',
    ['uplaod', 'upload'],
  ),
  of('config.unknown-key', 'the same alone', full('throttle: { when: { days: Sat, ⟦priorty: low } }'), 'priority', [
    'priorty',
    'priority',
  ]),
  value(
    'rule that never counts',
    job('throttle: { when: [{ days: Sat, pause: true }, ⟦{ pause: true }] }'),
    'add a sensor',
    [', { pause: true }]', ']'],
  ),
  value('rule that says nothing', job('throttle:\n      when:\n        - ⟦days: Sat\n'), 'add a limit, or pause', [
    'days: Sat',
    'days: Sat\n          pause: true',
  ]),
];
