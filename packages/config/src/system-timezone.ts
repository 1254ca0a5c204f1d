import { readlinkSync } from 'node:fs';
import { declareOwnZone, isTimeZone } from '@umbracore/contracts';

/** The zone that this machine's clock shows. `tz` is the variable `TZ`, which goes before the machine's own setting. */
export function systemTimezone(tz: string | undefined): string {
  const zone = zoneBy(tz);
  if (tz === process.env['TZ']) declareOwnZone(zone);
  return zone;
}

function zoneBy(tz: string | undefined): string {
  if (tz !== undefined && tz !== '') return isTimeZone(tz) ? tz : zoneOfProcess();
  return zoneOfMachine() ?? zoneOfProcess();
}

/** Where most systems say it: in the name of what this link leads to. Asking Intl costs ten milliseconds and more. */
function zoneOfMachine(): string | undefined {
  try {
    const name = /\/zoneinfo\/(?:Etc\/(?=UTC$))?(.+)$/.exec(readlinkSync('/etc/localtime'))?.[1];
    return name !== undefined && isTimeZone(name) ? name : undefined;
  } catch {
    return undefined;
  }
}

const zoneOfProcess = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;
