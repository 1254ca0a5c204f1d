/** Value below which the given share (0 to 1) of the sample lies, interpolated; NaN of an empty sample. */
export function quantile(sample, share) {
  const sorted = sample.toSorted((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const [below, above] = [sorted[Math.floor(at)] ?? NaN, sorted[Math.ceil(at)] ?? NaN];
  return below + (above - below) * (at - Math.floor(at));
}

export const median = (sample) => quantile(sample, 0.5);

/** The middle, and the span that half of the sample lies in. */
export const summary = (sample) => ({
  median: median(sample),
  quartiles: [quantile(sample, 0.25), quantile(sample, 0.75)],
  sample,
});
