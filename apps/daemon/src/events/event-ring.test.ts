import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { UmbraEvent } from '@umbracore/contracts';
import { EventRing, type SentEvent } from './event-ring.ts';

const base = { time: 0, job: 'documents', repository: 'home' };
const note = (line: string, run = 'r-1'): UmbraEvent => ({ ...base, run, type: 'run.note', line });
const progress = (filesProcessed: number, run = 'r-1'): UmbraEvent => ({
  ...base,
  run,
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

/** All that a reader gets who had `id` last. */
function readFrom(ring: EventRing, id: number): readonly (SentEvent | { readonly gapAfter: number })[] {
  const got: (SentEvent | { readonly gapAfter: number })[] = [];
  for (let at = id; ;) {
    const answer = ring.after(at);
    if (answer.type === 'nothing') return got;
    if (answer.type === 'gap') {
      got.push({ gapAfter: at });
      at = answer.after;
    } else {
      got.push(answer.sent);
      at = answer.sent.id;
    }
  }
}

test('ids grow, also over a restart', () => {
  const first = new EventRing(1000);
  expect([note('a'), note('b')].map((event) => first.append(event).id)).toEqual([1000, 1001]);
  const next = new EventRing(2000);
  expect(next.append(note('c')).id).toBeGreaterThan(first.newest);
});

test('a reader who comes again gets what it missed, and nothing twice', () => {
  const ring = new EventRing(1);
  const [a, b, c] = ['a', 'b', 'c'].map((line) => ring.append(note(line)));
  expect(readFrom(ring, a?.id ?? 0)).toEqual([b, c]);
  expect(readFrom(ring, ring.newest)).toEqual([]);
});

test.each([
  ['older than all that is left', 0],
  ['of an earlier daemon', -1000],
  ['of a time when the clock was ahead', 99_999],
])('an id that is %s is told as such, and the reader goes on with what is left', (_, id) => {
  const ring = new EventRing(1, { events: 2, characters: 10_000 });
  const [, , c, d] = ['a', 'b', 'c', 'd'].map((line) => ring.append(note(line)));
  expect(readFrom(ring, id)).toEqual([{ gapAfter: id }, c, d]);
});

test('of progress there is the newest of each run, and none of a run that has ended', () => {
  const ring = new EventRing(1);
  ring.append(progress(1));
  const other = ring.append(progress(5, 'r-2'));
  const newest = ring.append(progress(2));
  expect(readFrom(ring, 0)).toEqual([other, newest]);
});

test('it keeps no more than it may, however long the events are', () => {
  const ring = new EventRing(1, { events: 1000, characters: 2000 });
  for (let count = 0; count < 100; count += 1) ring.append(note('x'.repeat(200)));
  const kept = readFrom(ring, 0).slice(1) as readonly SentEvent[];
  expect(kept.length).toBeGreaterThan(3);
  expect(kept.reduce((sum, { line }) => sum + line.length, 0)).toBeLessThanOrEqual(2000);
});

test('whatever happens and whenever it is read: in order, only progress left out, unless a gap is told', () => {
  const action = fc.oneof(
    fc.record({ type: fc.constant('note' as const) }),
    fc.record({ type: fc.constant('progress' as const), run: fc.constantFrom('r-1', 'r-2') }),
    fc.record({ type: fc.constant('read' as const) }),
  );
  const limits = { events: 5, characters: 100_000 };
  fc.assert(
    fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
      const ring = new EventRing(1, limits);
      const notes: number[] = [];
      const got: number[] = [];
      let gaps = 0;
      let at = 0;
      for (const { type, ...rest } of actions) {
        if (type === 'note') notes.push(ring.append(note('x')).id);
        if (type === 'progress') ring.append(progress(1, 'run' in rest ? rest.run : 'r-1'));
        if (type !== 'read') continue;
        for (const one of readFrom(ring, at)) {
          if ('gapAfter' in one) gaps += 1;
          else got.push(one.id);
        }
        at = Math.max(at, got.at(-1) ?? 0);
      }
      expect(got).toEqual([...new Set(got)].sort((one, other) => one - other));
      const missed = notes.filter((id) => id <= at && !got.includes(id));
      // A gap was told wherever one was missed.
      expect(gaps === 0 ? missed : []).toEqual([]);
    }),
  );
});
