/**
 * Divides what several share so that nobody who wants more gets less than anybody else (max-min fairness): who wants little gets
 * that, and the rest is divided equally among the others. `undefined` wants all it can get.
 */
export function fairShares(total: number, wants: readonly (number | undefined)[]): readonly number[] {
  const shares = wants.map(() => 0);
  let left = total;
  const order = wants.map((want = Infinity, index) => ({ want, index })).sort((one, other) => one.want - other.want);
  for (const [done, { want, index }] of order.entries()) {
    const share = Math.min(want, left / (order.length - done));
    shares[index] = share;
    left -= share;
  }
  return shares;
}
