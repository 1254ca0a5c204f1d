import { describe, expect, it, vi } from 'vitest';
import { silentLog, type UmbraEvent } from '@umbracore/contracts';
import { createEventStream } from './event-stream.ts';

const run = { time: 0, run: 'r-1', job: 'documents', repository: 'home' };
const queued: UmbraEvent = { ...run, type: 'run.queued' };
const progress = (filesProcessed: number): UmbraEvent => ({
  ...run,
  type: 'run.progress',
  progress: {
    phase: 'uploading',
    percentage: undefined,
    filesProcessed,
    filesTotal: undefined,
    bytesProcessed: 0,
    bytesTotal: undefined,
    currentFiles: [],
    errorCount: 0,
    bytesPerSecond: undefined,
    etaSeconds: undefined,
  },
});

describe('createEventStream', () => {
  it('calls the listeners of a type and stops when they are disposed', () => {
    const events = createEventStream(silentLog);
    const seen: string[] = [];
    const subscription = events.on('run.queued', (event) => seen.push(event.run));
    events.publish(progress(1));
    events.publish(queued);
    subscription[Symbol.dispose]();
    events.publish(queued);
    expect(seen).toEqual(['r-1']);
  });

  it('goes on to the next listener when one throws', () => {
    const events = createEventStream(silentLog);
    const seen: string[] = [];
    events.onAny(() => {
      throw new Error('broken listener');
    });
    events.onAny((event) => seen.push(event.type));
    expect(() => events.publish(queued)).not.toThrow();
    expect(seen).toEqual(['run.queued']);
  });

  it('survives listeners that are async and fail', async () => {
    const told: string[] = [];
    const events = createEventStream({ ...silentLog, warn: (_fields, text) => void told.push(text) });
    const broken = (): unknown => Promise.reject(new Error('broken listener'));
    events.onAny(broken);
    events.on('run.queued', broken);
    events.publish(queued);
    await vi.waitFor(() => expect(told).toEqual(['an event listener failed', 'an event listener failed']));
  });

  it('costs a slow reader progress only', async () => {
    const events = createEventStream(silentLog);
    const stop = new AbortController();
    const stream = events.stream(stop.signal);
    for (let i = 0; i < 1000; i++) events.publish(progress(i));
    for (let i = 0; i < 300; i++) events.publish(queued);
    const types: string[] = [];
    for await (const event of stream) {
      types.push(event.type);
      if (types.filter((type) => type === 'run.queued').length === 300) stop.abort();
    }
    expect(types.filter((type) => type === 'run.queued')).toHaveLength(300);
    expect(types.length).toBeLessThan(600);
  });

  it('ends a stream that waits when its signal aborts', async () => {
    const stop = new AbortController();
    const reading = createEventStream(silentLog).stream(stop.signal)[Symbol.asyncIterator]().next();
    stop.abort();
    expect(await reading).toEqual({ done: true, value: undefined });
  });
});
