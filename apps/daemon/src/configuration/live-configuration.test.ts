import { describe, expect, test } from 'vitest';
import { UmbraError } from '@umbracore/contracts';
import { emptyConfiguration } from '@umbracore/runtime';
import { aJob, FakeClock, recordingEvents } from '@umbracore/testkit';
import { LiveConfiguration, type CheckedConfiguration } from './live-configuration.ts';
import { restartNeeded } from './restart-needed.ts';

const withJob = (id: string, ...faults: readonly UmbraError[]): CheckedConfiguration => ({
  configuration: { ...emptyConfiguration('UTC'), file: '/etc/umbra.yaml', jobs: new Map([[id, aJob({ id })]]) },
  faults,
});
const broken = new UmbraError('config.syntax', 'a bracket is missing', { hint: 'close it' });

function liveWith(reads: (() => Promise<CheckedConfiguration>)[], apply: () => Promise<void> = async () => {}) {
  const events = recordingEvents();
  const clock = new FakeClock();
  const applied: string[] = [];
  const live = new LiveConfiguration({
    current: withJob('first'),
    refused: undefined,
    read: () => (reads.shift() ?? (() => Promise.reject(new Error('nothing more to read'))))(),
    apply,
    onApplied: ({ jobs }) => void applied.push([...jobs.keys()].join()),
    events,
    clock,
  });
  return { live, events, clock, applied };
}

test('a good one is in force, whole', async () => {
  const { live, events, clock, applied } = liveWith([async () => withJob('second')]);
  await clock.advance(5000);
  expect(await live.reload()).toBeUndefined();
  expect([...live.current.jobs.keys()]).toEqual(['second']);
  expect(live.loadedAt).toBe(clock.now());
  expect(applied).toEqual(['first', 'second']);
  expect(events.of('config.reloaded')).toMatchObject([{ file: '/etc/umbra.yaml' }]);
});

describe('one that is refused changes nothing and is told', () => {
  test.each([
    ['because it cannot be read', liveWith([() => Promise.reject(broken)])],
    ['because it cannot be applied', liveWith([async () => withJob('second')], () => Promise.reject(broken))],
  ])('%s', async (_, { live, events, applied, clock }) => {
    expect(await live.reload()).toEqual({ at: clock.now(), error: broken });
    expect([...live.current.jobs.keys()]).toEqual(['first']);
    expect(live.refusal?.error).toBe(broken);
    expect(applied).toEqual(['first']);
    expect(events.of('config.refused')).toMatchObject([{ error: { code: 'config.syntax' } }]);
  });

  test('until a good one comes', async () => {
    const { live } = liveWith([() => Promise.reject(broken), async () => withJob('third')]);
    await live.reload();
    await live.reload();
    expect(live.refusal).toBeUndefined();
    expect([...live.current.jobs.keys()]).toEqual(['third']);
  });
});

test('what plug-ins broke over is told of the one that holds, and of no other', async () => {
  const fault = new UmbraError('plugin.invalid', 'the plug-in moon ended without an answer', { hint: 'mend it' });
  const reads = [withJob('second', fault), withJob('third', fault), withJob('fourth')].map((one) => async () => one);
  const { live } = liveWith([...reads.slice(0, 2), () => Promise.reject(broken), ...reads.slice(2)]);
  expect(live.faults).toEqual([]);
  for (const faults of [[fault], [fault], [fault], []]) {
    await live.reload();
    expect(live.faults).toEqual(faults);
  }
});

test('the same refusal is told once', async () => {
  const other = new UmbraError('config.syntax', 'a brace is missing', { hint: 'close it' });
  const refusing = (error: UmbraError) => async (): Promise<CheckedConfiguration> => {
    throw error;
  };
  const { live, events, clock } = liveWith([broken, broken, other].map(refusing));
  const first = await live.reload();
  await clock.advance(30_000);
  expect(await live.reload()).toEqual(first);
  expect(events.of('config.refused')).toHaveLength(1);
  expect((await live.reload())?.error).toBe(other);
  expect(events.of('config.refused')).toHaveLength(2);
});

test('two reloads at once: the later one reads after the earlier one', async () => {
  const order: string[] = [];
  let finish: (read: CheckedConfiguration) => void = () => {};
  const slow = new Promise<CheckedConfiguration>((resolve) => (finish = resolve));
  const { live } = liveWith([
    () => slow,
    async () => {
      order.push('second read');
      return withJob('newest');
    },
  ]);
  const both = Promise.all([live.reload(), live.reload()]);
  order.push('first ends');
  finish(withJob('older'));
  await both;
  expect(order).toEqual(['first ends', 'second read']);
  expect([...live.current.jobs.keys()]).toEqual(['newest']);
});

test('what only a restart can put into force', () => {
  const now = emptyConfiguration('UTC');
  const listen = { host: '127.0.0.1', port: 8970 };
  expect(restartNeeded(now, { ...now, daemon: { ...now.daemon, concurrency: 9 } })).toEqual([]);
  expect(restartNeeded(now, { ...now, daemon: { ...now.daemon, listen, socket: '/run/umbra.sock' } })).toEqual([
    'daemon.socket',
    'daemon.listen',
  ]);
  expect(restartNeeded(now, { ...now, plugins: [{ use: 'other', options: {} }] })).toEqual(['plugins']);
});
