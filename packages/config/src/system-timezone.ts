import { readlinkSync } from 'node:fs';
import { declareOwnZone, isTimeZone, ownOffset } from '@umbracore/contracts';

/** The zone that this machine's clock shows. `tz` is the variable `TZ`, which goes before the machine's own setting. */
export function systemTimezone(tz: string | undefined): string {
  const file = fileOf(tz);
  const named = file === undefined ? undefined : zoneOfFile(file);
  // Of a zone file that TZ names, `Date` shows what is so in winter, all year long (Node 24).
  if (named !== undefined && tz !== undefined && tz !== '') return named;
  const zone = named ?? (tz !== undefined && isTimeZone(tz) ? tz : zoneOfProcess());
  if (tz === process.env['TZ']) declareOwnZone(zone);
  return zone;
}

/** Where most systems say it: in the name of what this link leads to. Asking Intl costs ten milliseconds and more. */
const ofMachine = '/etc/localtime';

/** POSIX lets a colon go before a file. */
const fileOf = (tz: string | undefined): string | undefined =>
  tz === undefined || tz === '' ? ofMachine : /^:?(\/.+)$/.exec(tz)?.[1];

function zoneOfFile(file: string): string | undefined {
  return zoneNamedIn(file) ?? zoneNamedIn(linkedFrom(file));
}

function zoneNamedIn(path: string): string | undefined {
  const name = /\/zoneinfo\/(?:Etc\/(?=UTC$))?(.+)$/.exec(path)?.[1];
  return name !== undefined && isTimeZone(name) ? name : undefined;
}

function linkedFrom(file: string): string {
  try {
    return readlinkSync(file);
  } catch {
    return '';
  }
}

/** Intl knows no name where TZ is none and not of POSIX with rules, such as `UTC0` (Node 24): its offset is all the year the same. */
function zoneOfProcess(): string {
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions() as { readonly timeZone: string | undefined };
  if (timeZone !== undefined && isTimeZone(timeZone)) return timeZone;
  const hours = ownOffset(0) / 3_600_000;
  // In these names the sign is that of POSIX: west is positive.
  return Number.isInteger(hours) && hours !== 0 ? `Etc/GMT${hours > 0 ? '-' : '+'}${Math.abs(hours)}` : 'UTC';
}
