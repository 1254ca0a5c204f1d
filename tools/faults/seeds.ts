import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** One failure that was found, and what brings it back. */
export interface KeptSeed {
  readonly suite: string;
  /** The files that failed. */
  readonly files: readonly string[];
  readonly seed: number;
  /** How often each test did what it repeats. Lower it, by hand, to what still failed: `npm test` does it every time. */
  readonly times: number;
  /** The test that failed. */
  readonly found: string;
  readonly date: string;
}

const file = join(import.meta.dirname, 'seeds.json');

export const readSeeds = (): readonly KeptSeed[] => JSON.parse(readFileSync(file, 'utf8')) as KeptSeed[];

/** With this one: of the same suite and seed the newest. */
export const withSeed = (seeds: readonly KeptSeed[], fresh: KeptSeed): readonly KeptSeed[] => [
  ...seeds.filter(({ suite, seed }) => suite !== fresh.suite || seed !== fresh.seed),
  fresh,
];

export const keepSeed = (fresh: KeptSeed): void =>
  writeFileSync(file, `${JSON.stringify(withSeed(readSeeds(), fresh), undefined, 2)}\n`);

/** A project of Vitest for each kept seed: the same files once more, drawn from it. */
export const replays = (seeds: readonly KeptSeed[]) =>
  seeds.map(({ suite, files, seed, times }) => ({
    extends: true as const,
    test: {
      name: `${suite} from seed ${seed}`,
      include: [...files],
      env: { UMBRA_TEST_SEED: String(seed), UMBRA_TEST_FACTOR: String(times) },
    },
  }));
