import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { findCircle, type JobDefinition } from '@umbracore/contracts';
import { parse, stringify } from 'yaml';
import { Folder, reportOf } from './loading.ts';

const everything: unknown = parse(readFileSync(new URL('fixtures/everything.yaml', import.meta.url), 'utf8'));

type Path = readonly string[];
type Inner = Record<string, unknown>;

const isInner = (value: unknown): value is Inner => typeof value === 'object' && value !== null;

const pathsIn = (value: unknown, path: Path = []): readonly Path[] => [
  ...(path.length === 0 ? [] : [path]),
  ...(isInner(value) ? Object.entries(value).flatMap(([key, inner]) => pathsIn(inner, [...path, key])) : []),
];

const at = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((inner, key) => (isInner(inner) ? inner[key] : undefined), value);

const place = fc.nat().map((number) => {
  const paths = pathsIn(everything);
  return paths[number % paths.length] ?? [];
});
const word = fc.constantFrom<unknown>('documents', 'vault', 'home', '0s', 'any', null, [], {}, 3, true, ['a'], {
  job: 'a',
});

/** Takes a part of the file away, puts a wrong one in its place or one from elsewhere, or adds it where it does not belong. */
const slip = fc.record({ kind: fc.constantFrom('remove', 'replace', 'move', 'add'), place, other: place, word });

function slipped(
  { kind, place: path, other, word: wrong }: typeof slip extends fc.Arbitrary<infer T> ? T : never,
  value: unknown,
): void {
  const holder = at(value, path.slice(0, -1));
  const key = path.at(-1) ?? '';
  if (!isInner(holder)) return;
  if (kind === 'remove') delete holder[key];
  else if (kind === 'replace') holder[key] = structuredClone(wrong);
  else if (kind === 'move') holder[key] = structuredClone(at(value, other));
  else holder[other.at(-1) ?? ''] = structuredClone(at(value, other));
}

/** Who starts whom. */
const edgesOf = (jobs: readonly JobDefinition[]) =>
  jobs.flatMap((job) => [
    ...(job.after ?? []).map((edge) => ({ from: edge.job, to: job.id })),
    ...(job.kind === 'chain' ? job.nodes.map((node) => ({ from: job.id, to: node.job })) : []),
  ]);

test(
  'whatever is wrong gives problems at places, and what is not refused has no circles and no strangers',
  { timeout: 60_000 },
  async () => {
    using folder = new Folder();
    await fc.assert(
      fc.asyncProperty(fc.array(slip, { minLength: 1, maxLength: 3 }), async (slips) => {
        const value = structuredClone(everything);
        for (const one of slips) slipped(one, value);
        folder.write('umbra.yaml', stringify(value));
        const { code, problems } = await reportOf(folder, 'umbra.yaml');
        expect(problems.length > 0).toBe(code !== '');
        expect(problems.filter(({ frame, message }) => frame === '' || message === '')).toEqual([]);
        const jobs = code === '' ? [...(await folder.load()).jobs.values()] : [];
        const known = new Set(jobs.map(({ id }) => id));
        expect(findCircle(known, edgesOf(jobs))).toBeUndefined();
        expect(edgesOf(jobs).filter(({ from, to }) => !known.has(from) || !known.has(to))).toEqual([]);
      }),
      { numRuns: 100 },
    );
  },
);
