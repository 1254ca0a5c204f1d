/** So many days later at the same time of day: a day on which the clocks change is one as well. */
export function endAfterDays(from: number, days: number): number {
  const end = new Date(from);
  end.setDate(end.getDate() + days);
  return end.getTime();
}
