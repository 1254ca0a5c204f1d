import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { times } from '../../../tools/vitest/evidence.ts';
import { jobTag, type RetentionPolicy, type Snapshot } from '@umbracore/contracts';
import { aPolicy, aSnapshot } from '@umbracore/testkit';
import { planForget } from '../src/index.ts';
import { addSnapshot, makeRepository } from '../../../tools/testing/light-key.mjs';

const program = process.env['UMBRA_TEST_RESTIC_0_19_1'];
const run = promisify(execFile);

const hour = 3_600_000;
const now = Date.UTC(2026, 2, 1);
const jobs = ['music', 'letters', 'photos'];

/** What restic and we both understand; at least one rule that keeps the newest, as our minimum does. */
const anyPolicy = fc.record({
  last: fc.integer({ min: 1, max: 4 }),
  hourly: fc.integer({ min: 0, max: 6 }),
  daily: fc.integer({ min: 0, max: 8 }),
  weekly: fc.integer({ min: 0, max: 6 }),
  monthly: fc.integer({ min: 0, max: 8 }),
  yearly: fc.integer({ min: 0, max: 5 }),
  withinHours: fc.integer({ min: 0, max: 300 }),
});

/** Bursts, so that hours and days have several; some of them years ago. None at the same instant: there restic's order is chance. */
const anyHistory = fc.uniqueArray(
  fc.record({
    job: fc.constantFrom(...jobs),
    ago: fc.oneof(
      fc.integer({ min: 0, max: 60 * hour }),
      fc.integer({ min: 0, max: 100 * 24 * hour }),
      fc.integer({ min: 0, max: 2500 * 24 * hour }),
    ),
  }),
  { minLength: 20, maxLength: 80, selector: ({ ago }) => ago },
);

type Policy = typeof anyPolicy extends fc.Arbitrary<infer P> ? P : never;

function flagsOf({ withinHours, ...counts }: Policy): readonly string[] {
  const numbers = Object.entries(counts).filter(([, count]) => count > 0);
  return [
    ...numbers.map(([rule, count]) => `--keep-${rule}=${count}`),
    ...(withinHours > 0 ? [`--keep-within=${withinHours}h`] : []),
  ];
}

function policyOf({ withinHours, ...counts }: Policy, zone: string): RetentionPolicy {
  return aPolicy({ ...counts, withinMs: withinHours > 0 ? withinHours * hour : undefined, zone });
}

/** restic counts days by the offset that is written with each time, whatever zone it runs in. */
interface Place {
  readonly zone: string;
  readonly offset: string;
  readonly offsetMs: number;
}

const places: readonly Place[] = [
  { zone: 'UTC', offset: 'Z', offsetMs: 0 },
  { zone: 'Asia/Kolkata', offset: '+05:30', offsetMs: 5.5 * hour },
  { zone: 'America/Phoenix', offset: '-07:00', offsetMs: -7 * hour },
];

/** A repository with nothing but snapshots. */
function repositoryWith(
  folder: string,
  snapshots: readonly Omit<Snapshot, 'id'>[],
  { offset, offsetMs }: Place,
): readonly Snapshot[] {
  const master = makeRepository(folder, 'secret');
  return snapshots.map((snapshot) => {
    const { paths, tags, host: hostname } = snapshot;
    const time = new Date(snapshot.time + offsetMs).toISOString().replace('Z', offset);
    return { ...snapshot, id: addSnapshot(folder, master, { time, tree: '0'.repeat(64), paths, tags, hostname }) };
  });
}

async function removedByRestic(repository: string, flags: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await run(
    program ?? '',
    ['forget', '--dry-run', '--json', '--no-lock', '--no-cache', '--group-by=tags', `--repo=${repository}`, ...flags],
    { env: { RESTIC_PASSWORD: 'secret' }, maxBuffer: 64 * 1024 * 1024 },
  );
  const groups = JSON.parse(stdout) as readonly { readonly remove: readonly { readonly id: string }[] | null }[];
  return groups.flatMap(({ remove }) => (remove ?? []).map(({ id }) => id));
}

describe.skipIf(program === undefined)('a plan removes what restic 0.19.1 would', () => {
  test.each(places)('of random histories in $zone', async (place) => {
    const parent = mkdtempSync(join(tmpdir(), 'umbra-forget-'));
    let made = 0;
    try {
      await fc.assert(
        fc.asyncProperty(anyHistory, fc.array(anyPolicy, { minLength: 3, maxLength: 3 }), async (items, policies) => {
          const folder = join(parent, `${(made += 1)}`);
          const snapshots = repositoryWith(
            folder,
            items.map(({ job, ago }) => aSnapshot({ time: now - ago, tags: [jobTag(job)] })),
            place,
          );
          for (const policy of policies) {
            const ours = planForget(snapshots, policyOf(policy, place.zone), now).filter(({ keep }) => !keep);
            const theirs = await removedByRestic(folder, flagsOf(policy));
            expect(ours.map(({ snapshot }) => snapshot).toSorted()).toEqual(theirs.toSorted());
          }
          rmSync(folder, { recursive: true, force: true });
        }),
        { numRuns: times(12), endOnFailure: true },
      );
    } finally {
      rmSync(parent, { recursive: true, force: true });
    }
  });
});
