const parts = [
  { ms: 86_400_000, one: 'day', many: 'days' },
  { ms: 3_600_000, one: 'h', many: 'h' },
  { ms: 60_000, one: 'min', many: 'min' },
  { ms: 1000, one: 's', many: 's' },
] as const;

/** The two largest parts that matter: `9 min 12 s`, `3 days 4 h`, `1.4 s`, `80 ms`. */
export function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 9950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000) * 1000;
  const first = parts.findIndex((part) => seconds >= part.ms);
  const [large, small] = [parts[first], parts[first + 1]];
  if (large === undefined) return '0 s';
  const count = Math.floor(seconds / large.ms);
  const text = `${count} ${count === 1 ? large.one : large.many}`;
  const rest = small === undefined ? 0 : Math.floor((seconds % large.ms) / small.ms);
  return small === undefined || rest === 0 ? text : `${text} ${rest} ${rest === 1 ? small.one : small.many}`;
}

const lengths: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_557_600_000,
};

/** `90s`, `36h`, `30d`, `2w` in milliseconds; undefined if it is no length of time. */
export function parseDuration(text: string): number | undefined {
  const { number, unit } = /^(?<number>\d+(?:\.\d+)?)(?<unit>[smhdwy])$/.exec(text.trim())?.groups ?? {};
  const length = unit === undefined ? undefined : lengths[unit];
  return length === undefined ? undefined : Number(number) * length;
}
