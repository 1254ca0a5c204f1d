import { slopeOf } from './slope.mjs';

const MiB = 1024 ** 2;

/** What must not grow once everything has been done once. */
const flat = ['resident', 'heap', 'descriptors'];

/** What it may take at most, in all or for each run that it keeps. */
const budgets = {
  resident: () => 150 * MiB,
  journal: (runs) => 8 * MiB + runs * 8192,
  logs: (runs) => 8 * MiB + runs * 8192,
  // Those of runs that are under way, and of the last ones.
  spools: () => 64 * MiB,
  catalog: () => 2048 * MiB,
};

/**
 * What the samples of a daemon say, after a time in which it warms up.
 *
 * @param {readonly { atMs: number }[]} samples
 */
export function judged(samples, { warmUpMs, stretchMs, runs }) {
  const warm = samples.filter(({ atMs }) => atMs >= warmUpMs);
  const slopes = Object.fromEntries(flat.map((name) => [name, slopeOf(valuesOf(warm, name), stretchMs)]));
  const most = Object.fromEntries(Object.keys(budgets).map((name) => [name, mostOf(samples, name)]));
  const problems = [
    ...flat.filter((name) => slopes[name].low > 0).map((name) => `${name} grows`),
    ...Object.keys(budgets)
      .filter((name) => most[name] > budgets[name](runs))
      .map((name) => `${name} takes ${most[name]} bytes, more than ${budgets[name](runs)}`),
  ];
  return { slopes, most, problems };
}

const valuesOf = (samples, name) =>
  samples.flatMap(({ atMs, [name]: value }) => (value === undefined ? [] : [{ atMs, value }]));

const mostOf = (samples, name) => Math.max(...valuesOf(samples, name).map(({ value }) => value));
