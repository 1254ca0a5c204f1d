import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { RunDocument } from '@umbracore/runtime/documents';
import { expect } from 'vitest';
import type { World } from '../support/world.ts';
import { expectWhole } from './crash.ts';

/** A job with the slots that a clock on the wall would have shown it. */
export interface Owed {
  readonly job: string;
  readonly slots: readonly number[];
  /** Those of them that came once more, since the clock was set back by more than the job's interval. */
  readonly again?: readonly number[];
}

export const hourMs = 3_600_000;

/** Every full hour after one instant and until another. */
export function hoursBetween(after: number, until: number): readonly number[] {
  const first = Math.floor(after / hourMs) + 1;
  const count = Math.max(0, Math.floor(until / hourMs) - first + 1);
  return Array.from({ length: count }, (_, index) => (first + index) * hourMs);
}

/**
 * What has to be true once everybody who worked has ended: each slot has a record of its own or is covered by one, nothing
 * else has one, each run has its snapshot, and nothing is left open, locked or running.
 */
export async function expectEverySlotOnce(
  world: World,
  owed: readonly Owed[],
  what: string,
): Promise<readonly RunDocument[]> {
  const runs = await world.history();
  expect(
    runs.filter(({ outcome }) => outcome === null),
    `${what}: runs that are open`,
  ).toEqual([]);
  for (const { job, slots, again = [] } of owed) {
    const records = runs.filter((run) => run.job === job && run.slot !== null && run.parent === null);
    const stretches = records.filter(({ because }) => because !== null && because.alsoStandsFor !== null);
    const counted = stretches.reduce((sum, { because }) => sum + (because?.alsoStandsFor?.count ?? 0), 0);
    const words = slots.map((slot) => {
      const own = records.filter((run) => at(run) === slot).length;
      return `${new Date(slot).toISOString()}: ${own + stretches.filter((run) => covers(run, slot)).length}`;
    });
    const wanted = slots.map((slot) => `${new Date(slot).toISOString()}: ${again.includes(slot) ? 2 : 1}`);
    expect(words, `${what}: records of each slot of ${job}`).toEqual(wanted);
    expect(records.length + counted, `${what}: slots of ${job}`).toBe(slots.length + again.length);
  }
  await expectWhole(world, runs, what);
  expect(world.locks(), `${what}: locks`).toEqual([]);
  return runs;
}

const at = ({ slot }: RunDocument): number => Date.parse(slot ?? '');

function covers(run: RunDocument, slot: number): boolean {
  const more = run.because?.alsoStandsFor ?? undefined;
  return more !== undefined && Date.parse(more.first) <= slot && slot < at(run);
}

/** What is in the journal of a world, read beside its owner: no question to the product that it would notice. */
export class Journal {
  readonly #file: string;

  constructor(world: World) {
    this.#file = join(world.state, 'state.db');
  }

  /** How many runs have not ended; undefined while nobody can tell. */
  open(): number | undefined {
    return this.#count('select count(*) as n from runs where seal is null');
  }

  /** Runs of a job for slots, ended or not. */
  ofSlots(job: string): number | undefined {
    return this.#count('select count(*) as n from runs where slot is not null and parent is null and job = ?', job);
  }

  /** Full ids of the snapshots that runs have made, sorted. Throws while nobody can tell. */
  snapshots(): readonly string[] {
    using database = new DatabaseSync(this.#file, { readOnly: true });
    const query = "select json_extract(record, '$.snapshot') as id from runs";
    const ids = database
      .prepare(query)
      .all()
      .map(({ id }) => id);
    return ids.filter((id) => typeof id === 'string').toSorted();
  }

  /** Up to when the slots of a job are accounted for. */
  cursor(job: string): number | undefined {
    return this.#count('select max(until) as n from cursors where job = ?', job);
  }

  /** The newest runs in words, for whoever looks into a failure. */
  newest(count: number): readonly string[] {
    try {
      using database = new DatabaseSync(this.#file, { readOnly: true });
      const query = `select id || ' ' || job || ' ' || coalesce(slot, '') || ' ' || state || ' ' || coalesce(owner, '') ||
        ' ' || json_extract(record, '$.attempts') as text from runs order by queued_at desc limit ${count}`;
      return database
        .prepare(query)
        .all()
        .map(({ text }) => String(text));
    } catch (error) {
      return [String(error)];
    }
  }

  #count(query: string, ...values: readonly string[]): number | undefined {
    try {
      using database = new DatabaseSync(this.#file, { readOnly: true });
      const found = database.prepare(query).get(...values)?.['n'];
      return typeof found === 'number' ? found : undefined;
    } catch {
      return undefined;
    }
  }
}
