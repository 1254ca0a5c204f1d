import { datesOf, dayMs, type MinuteScan, minuteMs, whenShown } from './minute-scan.ts';

/** A period as a test makes it up: of each week, or of some dates in the middle of a scan. */
export type WrittenPeriod =
  | { readonly days: readonly string[]; readonly begin: number; readonly length: number }
  | { readonly firstDate: number; readonly dates: number };

const weekdays = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const minutesOfDay = 24 * 60;

/** In the words that people write. */
export function written(scan: MinuteScan, period: WrittenPeriod): string {
  if ('dates' in period) {
    const [from, to] = datesIn(scan, period).map((date) => new Date(date * dayMs).toISOString().slice(0, 10));
    return `${from}/${to}`;
  }
  return `${period.days.join(',')} ${clock(period.begin)}-${clock((period.begin + period.length) % minutesOfDay)}`.trim();
}

/** Which minutes of a scan some periods hold; not right in its first two and its last two days. */
export function covered(scan: MinuteScan, periods: readonly WrittenPeriod[]): boolean[] {
  const isCovered = scan.shown.map(() => false);
  for (const [from, to] of periods.flatMap((period) => stretches(scan, period))) {
    isCovered.fill(true, (from - scan.from) / minuteMs, (to - scan.from) / minuteMs);
  }
  return isCovered;
}

function stretches(scan: MinuteScan, period: WrittenPeriod): (readonly [number, number])[] {
  if ('dates' in period) {
    const [first, last] = datesIn(scan, period);
    return [[whenShown(scan, first, 0), whenShown(scan, last + 1, 0)]];
  }
  const dates = datesOf(scan).slice(1, -2);
  const named = dates.filter((date) => period.days.length === 0 || period.days.includes(weekdayOf(date)));
  return named.map((date) => {
    const from = whenShown(scan, date, period.begin);
    const to = whenShown(scan, date, period.begin + period.length);
    // What is leapt over whole comes after the leap.
    return [from, to > from ? to : from + period.length * minuteMs] as const;
  });
}

function datesIn(scan: MinuteScan, { firstDate, dates }: Extract<WrittenPeriod, { dates: number }>): [number, number] {
  const first = Math.floor((scan.shown[0] ?? 0) / minutesOfDay) + firstDate;
  return [first, first + dates - 1];
}

function weekdayOf(date: number): string {
  return weekdays[new Date(date * dayMs).getUTCDay()] ?? '';
}

function clock(minute: number): string {
  return `${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, '0')}`;
}
