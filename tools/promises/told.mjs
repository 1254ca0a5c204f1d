/** @typedef {import('./page.mjs').Evidence} Evidence */

/** Sums by unit: `2,100 cases (seed 7)`. */
export function told(evidence) {
  const units = new Map();
  for (const { unit, count, seed } of evidence) {
    const sum = units.get(unit) ?? { count: 0, seeds: new Set() };
    sum.count += count;
    if (seed !== undefined) sum.seeds.add(seed);
    units.set(unit, sum);
  }
  return [...units]
    .map(([unit, { count, seeds }]) => `${count.toLocaleString('en')} ${unit}${seedsTold([...seeds])}`)
    .join(', ');
}

function seedsTold(seeds) {
  if (seeds.length === 0) return '';
  return seeds.length <= 3 ? ` (seed ${seeds.join(', ')})` : ` (${seeds.length} seeds)`;
}
