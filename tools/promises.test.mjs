import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './dev/process.mjs';
import { injectors } from './faults/injectors/injectors.ts';
import { faults } from './faults/matrix.mjs';
import { suites } from './faults/suites.mjs';
import { page } from './promises/page.mjs';
import { groups } from './promises/promises.mjs';

const promises = groups.flatMap((group) => group.promises);

test.for(promises)('$id names test files and suites that are there', ({ tests, long = [] }) => {
  expect(tests.filter((file) => !existsSync(join(root, file)))).toEqual([]);
  expect(long.filter((name) => !Object.hasOwn(suites, name))).toEqual([]);
  expect(tests).not.toEqual([]);
});

test('no promise is there twice', () => {
  const ids = promises.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
});

test('the matrix has every fault from F-1 to F-28, and names only what is there', () => {
  expect(faults.map(({ id }) => id)).toEqual(Array.from({ length: 28 }, (_, at) => `F-${at + 1}`));
  const ids = new Set(promises.map(({ id }) => id));
  for (const { tests, long = [], promises: kept, injectors: names, except } of faults) {
    expect(tests.filter((file) => !existsSync(join(root, file)))).toEqual([]);
    expect(long.filter((name) => !Object.hasOwn(suites, name))).toEqual([]);
    expect(kept.filter((id) => !ids.has(id))).toEqual([]);
    expect(names.filter((name) => !Object.hasOwn(injectors, name))).toEqual([]);
    expect(tests.length > 0 || except !== undefined).toBe(true);
  }
});

test('every injector is named by a fault', () => {
  const used = new Set(faults.flatMap((each) => each.injectors));
  expect(Object.keys(injectors).filter((name) => !used.has(name))).toEqual([]);
});

test('the page has the words of every promise', () => {
  const written = readFileSync(join(root, 'docs', 'promises.md'), 'utf8').replaceAll(/\s+/g, ' ');
  for (const { id, name, says } of promises) expect(written).toContain(`### ${id} ${name} ${says}`);
});

const run = (files) => ({
  date: '2026-11-26',
  commit: 'abc',
  environment: 'here',
  files: new Map(Object.entries(files)),
});
const well = { passed: 2, failed: 0, skipped: 0, evidence: [{ unit: 'kills', count: 100, seed: 7 }] };
const one = (promise) => [
  { title: 'Group', promises: [{ id: 'P-1', name: 'Name', says: 'Says.', tests: ['a.test.ts'], ...promise }] },
];
const killed = {
  suite: 'kills',
  unit: 'kills',
  count: 10_000,
  failures: 0,
  seed: 1,
  date: '2026-11-25',
  environment: 'here',
};

test('counts and seeds stand beside a proven promise', () => {
  const text = page(one({}), run({ 'a.test.ts': well }), [], {});
  expect(text).toContain('1 of 1 promises are proven');
  expect(text).toContain('| [a](../a.test.ts) | 2 | 100 kills (seed 7) |');
  expect(text).not.toContain('Not proven');
});

test.for([
  ['did not run', {}, []],
  ['only skips', { 'a.test.ts': { ...well, passed: 0, skipped: 2 } }, []],
  ['failed', { 'a.test.ts': { ...well, failed: 1 } }, []],
  ['failed in the long suite', { 'a.test.ts': well }, [{ ...killed, failures: 1 }]],
])('a promise whose proof %s is not proven', ([, files, long]) => {
  const text = page(one({ long: ['kills'] }), run(files), long, {});
  expect(text).toContain('**Not proven.**');
  expect(text).toContain('0 of 1');
});

test('a suite whose tool was missing counts nothing, and says so', () => {
  const text = page(
    one({ long: ['kills'] }),
    run({ 'a.test.ts': well }),
    [{ ...killed, count: 0, missing: 'strace is not there' }],
    {},
  );
  expect(text).toContain('| kills ([long](#long-suites)) | | nothing: strace is not there |');
});

test('what several seeds counted adds up', () => {
  const again = { ...killed, seed: 2, count: 5, commit: 'abc' };
  const text = page(one({ long: ['kills'] }), run({ 'a.test.ts': well }), [killed, again], {});
  expect(text).toContain('| kills ([long](#long-suites)) | | 10,005 kills (seed 1, 2) |');
  expect(text).toContain('| kills | 5 kills (seed 2) | 0 | abc |');
});

const aFault = { id: 'F-3', what: 'Cut', injectors: ['power'], tests: ['a.test.ts'], promises: ['P-1'] };
const probes = (...tests) => ({ 'tools/faults/injectors.test.ts': { ...well, evidence: [], tests } });

test('a fault is proven where its injector is here and its tests passed', () => {
  const files = { 'a.test.ts': well, ...probes({ title: 'power cut', status: 'passed' }) };
  const text = page(one({}), run(files), [], {}, [aFault]);
  expect(text).toContain('| F-3 Cut | power cut | 2 | 100 kills (seed 7) | P-1 |  |');
});

test('a fault whose injector is missing is not proven, and the injector counts nothing', () => {
  const title = 'power cut (not here: no loop device)';
  const files = { 'a.test.ts': well, ...probes({ title, status: 'skipped' }) };
  const text = page(one({}), run(files), [], {}, [aFault]);
  expect(text).toContain('| P-1 | **Not proven.** |');
  expect(text).toContain('| skipped, 0 times: not here: no loop device |');
});

test.each([
  ['no test makes', { tests: [] }, { 'a.test.ts': well }],
  ['whose test did not run', {}, {}],
  ['whose test failed', {}, { 'a.test.ts': { ...well, failed: 1 } }],
])('a fault %s is not proven', (_, change, files) => {
  const all = { ...files, ...probes({ title: 'power cut', status: 'passed' }) };
  expect(page(one({}), run(all), [], {}, [{ ...aFault, ...change }])).toContain('| **Not proven.** |');
});

test('how many changes were noticed stands at the end', () => {
  const verdict = { changes: 40, noticed: 39, date: '2026-11-26', environment: 'here' };
  expect(page(one({}), run({ 'a.test.ts': well }), [], { verdict })).toContain(
    '| verdict | 40 | 39 (97 %) | 2026-11-26 |',
  );
  expect(page(one({}), run({ 'a.test.ts': well }), [], { verdict: { ...verdict, all: 120 } })).toContain(
    '| verdict | 40 of 120 | 39 (97 %) |',
  );
});

test('what an hour of work does to a daemon is told with its limits, and what grows', () => {
  const slope = { perHour: 1024 ** 2, low: -(1024 ** 2), high: 3 * 1024 ** 2, points: 40 };
  const soak = {
    minutes: 60,
    jobs: 1000,
    warmUpMinutes: 26.2,
    runs: { succeeded: 2900 },
    asked: 4000,
    bad: {},
    slopes: { heap: slope },
    most: { journal: 2 * 1024 ** 2 },
    problems: [],
    date: '2026-11-26',
    environment: 'here',
  };
  const of = (seen) => page(one({}), run({ 'a.test.ts': well }), [], {}, [], seen);
  expect(of(soak)).toContain('| heap | 1.0 MiB | -1.0 MiB and 3.0 MiB |  |');
  expect(of(soak)).toContain('Nothing grows');
  expect(of({ ...soak, problems: ['heap grows'] })).toContain('**heap grows.**');
  expect(of(undefined)).not.toContain('under load');
});
