/** @typedef {{ perHour: number, low: number, high: number, points: number }} Slope With the limits between which it lies with 95 % confidence. */

/** Two-sided 95 % of Student's t; above thirty degrees of freedom it is nearly that of the normal distribution. */
const t95 = [
  12.71, 4.3, 3.18, 2.78, 2.57, 2.45, 2.36, 2.31, 2.26, 2.23, 2.2, 2.18, 2.16, 2.14, 2.13, 2.12, 2.11, 2.1, 2.09, 2.09,
];
const studentAt = (freedom) => t95[Math.max(0, freedom - 1)] ?? (freedom <= 30 ? 2.06 : 1.98);

/**
 * How a value grows by the hour: a line through the least of each stretch of time, for what a collector of garbage has not fetched yet
 * is no growth. Neighbours that are alike count as fewer than they are.
 *
 * @param {readonly { atMs: number, value: number }[]} samples
 * @param {number} stretchMs
 * @returns {Slope}
 */
export function slopeOf(samples, stretchMs) {
  const points = leastOfEach(samples, stretchMs);
  const count = points.length;
  if (count < 4) throw new RangeError(`${count} stretches of time are too few for a slope`);
  const meanX = mean(points.map(({ hours }) => hours));
  const meanY = mean(points.map(({ value }) => value));
  const spread = sum(points.map(({ hours }) => (hours - meanX) ** 2));
  const slope = sum(points.map(({ hours, value }) => (hours - meanX) * (value - meanY))) / spread;
  const rest = points.map(({ hours, value }) => value - meanY - slope * (hours - meanX));
  const squares = sum(rest.map((each) => each ** 2));
  const alike = squares === 0 ? 0 : Math.max(0, sum(rest.slice(1).map((each, n) => each * rest[n])) / squares);
  const independent = Math.max(3, (count * (1 - alike)) / (1 + alike));
  const error = Math.sqrt(squares / (independent - 2) / spread);
  const margin = studentAt(Math.floor(independent - 2)) * error;
  return { perHour: slope, low: slope - margin, high: slope + margin, points: count };
}

function leastOfEach(samples, stretchMs) {
  const least = new Map();
  for (const { atMs, value } of samples) {
    const stretch = Math.floor(atMs / stretchMs);
    least.set(stretch, Math.min(value, least.get(stretch) ?? Infinity));
  }
  return [...least].map(([stretch, value]) => ({ hours: ((stretch + 0.5) * stretchMs) / 3_600_000, value }));
}

const sum = (values) => values.reduce((all, each) => all + each, 0);
const mean = (values) => sum(values) / values.length;
