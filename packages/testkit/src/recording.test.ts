import type { UmbraEvent } from '@umbracore/contracts';
import { expect, test } from 'vitest';
import { FakeProcessTable, recordingEvents, recordingLog } from './index.ts';

const event = (repository: string): UmbraEvent => ({ type: 'locks.healed', time: 0, repository, locks: [] });

test('a log keeps the lines of its children with their fields', () => {
  const log = recordingLog();
  log.child({ job: 'documents' }).child({ run: 'r-1' }).warn({ attempt: 2 }, 'slow');
  expect(log.lines).toEqual([{ level: 'warn', fields: { job: 'documents', run: 'r-1', attempt: 2 }, message: 'slow' }]);
  expect(log.text()).toContain('slow');
});

test('events reach listeners, and one that throws is left alone', async () => {
  const events = recordingEvents();
  const heard: string[] = [];
  events.onAny(() => {
    throw new Error('careless listener');
  });
  const subscription = events.on('locks.healed', ({ repository }) => heard.push(repository));
  const first = events.first('locks.healed');
  events.publish(event('main'));
  subscription[Symbol.dispose]();
  events.publish(event('other'));
  expect(heard).toEqual(['main']);
  expect(await first).toEqual(event('main'));
  expect(events.of('locks.healed')).toEqual([event('main'), event('other')]);
  expect(events.of('state.alarm')).toEqual([]);
});

test('a stream starts when it is asked for and ends with its signal', async () => {
  const events = recordingEvents();
  const abort = new AbortController();
  const stream = events.stream(abort.signal);
  events.publish(event('main'));
  const seen: UmbraEvent[] = [];
  for await (const one of stream) {
    seen.push(one);
    abort.abort();
  }
  expect(seen).toEqual([event('main')]);
});

test('a pid that is used again is another process', () => {
  const table = new FakeProcessTable();
  const first = table.start(7, 1000);
  expect([table.isAlive(first), table.startedAt(7)]).toEqual([true, 1000]);
  table.end(7);
  expect(table.isAlive(first)).toBe(false);
  const second = table.start(7);
  expect([table.isAlive(first), table.isAlive(second)]).toEqual([false, true]);
  expect(table.isAlive({ ...second, host: 'elsewhere' })).toBe(false);
  expect(table.isAlive(table.self())).toBe(true);
});
