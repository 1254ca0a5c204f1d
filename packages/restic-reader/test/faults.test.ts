import * as fc from 'fast-check';
import { copyFileSync, cpSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { flipIn, harms } from '../../../tools/faults/injectors/harms.ts';
import { putDown, testSeed, times } from '../../../tools/vitest/evidence.ts';
import type { Remembered } from '@umbracore/restic-reader';
import { check, problemsOf } from './check.ts';
import { Dice } from '../../../tools/testing/random-tree.ts';
import { readEverything, type Answers } from './read-everything.ts';
import { resticVersions, World } from './restic.ts';

const kinds = ['config', 'keys', 'snapshots', 'index', 'data'] as const;
type Kind = (typeof kinds)[number];

/** All files of one kind below a repository. */
function filesOf(repository: string, kind: Kind): readonly string[] {
  if (kind === 'config') return [join(repository, 'config')];
  return readdirSync(join(repository, kind), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort();
}

const table = kinds.flatMap((kind) =>
  harms
    // There is one config and one key: nothing to change places with.
    .filter(({ fault }) => (kind !== 'config' && kind !== 'keys') || !fault.includes('another one'))
    .map((entry) => ({ kind, ...entry })),
);

/** `restic forget` does the same on purpose. */
const isForgetting = (kind: Kind, fault: string): boolean => kind === 'snapshots' && fault === 'deletion';

describe.each([1, 2] as const)('a format %i repository', (format) => {
  const world = new World();
  const other = new World();
  const program = resticVersions.at(-1)?.program ?? '';
  let whole: Answers;
  let remembered: Remembered;
  const indexDir = join(world.folder, 'index');

  const fill = async (into: World): Promise<void> => {
    const dice = new Dice(`faults ${format}`);
    into.prepare(format);
    for (let turn = 0; turn < 3; turn += 1) {
      for (let file = 0; file < 5; file += 1) {
        mkdirSync(join(into.sources, `${file}`), { recursive: true });
        writeFileSync(join(into.sources, `${file}`, `${turn}`), dice.bytes(1000 * file));
      }
      await into.restic(program, 'backup', into.sources);
    }
  };
  const notTrue = (facts: readonly string[]): readonly string[] => {
    const known = new Set(whole.facts);
    return facts.filter((fact) => !known.has(fact));
  };
  /** The one that is harmed, and mended again by the files of the whole one. */
  const victim = join(world.folder, 'victim');
  const here = (file: string): string => victim + file.slice(world.repository.length);
  const mend = (file: string): void => {
    rmSync(here(file), { recursive: true, force: true });
    copyFileSync(file, here(file));
  };

  beforeAll(async () => {
    await fill(world);
    await fill(other);
    whole = await readEverything(world.repository);
    cpSync(world.repository, victim, { recursive: true });
    ({ remembered } = await check(victim, undefined, { indexDir }));
  });
  afterAll(() => {
    world[Symbol.dispose]();
    other[Symbol.dispose]();
  });

  it('reads without a problem when it is whole', async () => {
    expect(whole.problems).toEqual([]);
    expect(whole.facts.length).toBeGreaterThan(20);
    expect(await problemsOf(victim)).toBe('');
    expect(await problemsOf(victim, remembered, { read: 'new', indexDir })).toBe('');
  });

  const outermost = (files: readonly string[]): readonly string[] => [
    ...files.slice(0, 1),
    ...files.slice(1).slice(-1),
  ];

  it.each(table)('$kind: $fault is found and named, and nothing wrong is told', async ({ kind, fault, harm }) => {
    const files = outermost(filesOf(world.repository, kind));
    const foreign = filesOf(other.repository, kind)[0] ?? '';
    for (const [at, file] of files.entries()) {
      const other = files[(at + 1) % files.length] ?? '';
      harm(here(file), here(other), foreign);
      const { facts, problems } = await readEverything(victim);
      const complete = await problemsOf(victim);
      const incremental = await problemsOf(victim, remembered, { read: 'new', indexDir });
      for (const harmed of [file, other]) mend(harmed);
      expect(notTrue(facts)).toEqual([]);
      const names = namesOf(kind, fault, [file, other]);
      expect(complete).toMatch(isForgetting(kind, fault) ? /^$/ : names);
      expect(incremental).toMatch(names);
      const named = problems.map(({ text }) => text).join('\n');
      const found = [file, other].some((candidate) => named.includes(nameIn(kind, fault, candidate)));
      expect({ found, problems: problems.length > 0 }).toEqual({
        found: !isForgetting(kind, fault),
        problems: !isForgetting(kind, fault),
      });
      for (const { code } of problems) expect(codesFor(kind, fault)).toContain(code);
    }
  });

  const flips = times(25);

  it(
    'finds any flipped bit anywhere',
    async () => {
      const files = kinds.flatMap((kind) => filesOf(world.repository, kind));
      await fc.assert(
        fc.asyncProperty(fc.constantFrom(...files), fc.nat(), fc.nat(7), async (file, place, bit) => {
          flipIn(here(file), place % statSync(file).size, bit);
          const { facts, problems } = await readEverything(victim);
          const found = [await problemsOf(victim), await problemsOf(victim, remembered, { read: 'new', indexDir })];
          mend(file);
          expect(found).not.toContain('');
          expect(problems.length).toBeGreaterThan(0);
          expect(notTrue(facts)).toEqual([]);
        }),
        { numRuns: flips },
      );
      putDown({ unit: 'flips', count: flips, seed: testSeed });
    },
    60_000 + flips * 2000,
  );
});

/** What a check must name. */
function namesOf(kind: Kind, fault: string, files: readonly string[]): RegExp {
  if (kind === 'index' && fault === 'deletion') return /in no index/;
  return new RegExp(files.map((file) => nameIn(kind, fault, file)).join('|'));
}

/** What the reader must name: the file itself, or what cannot be found any more without it. */
function nameIn(kind: Kind, fault: string, file: string): string {
  const name = file.slice(file.lastIndexOf('/') + 1);
  if (kind === 'keys' && fault === 'deletion') return 'has no keys';
  if (kind === 'config' && fault === 'deletion') return 'There is no repository in';
  if (kind === 'index' && fault === 'deletion') return 'not-indexed';
  return name;
}

const codesFor = (kind: Kind, fault: string): readonly string[] =>
  kind === 'config' && fault === 'deletion' ? ['repository.absent'] : ['repository.damaged', 'pack'];
