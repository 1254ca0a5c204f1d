import { readdir, stat } from 'node:fs/promises';
import { kernelText, type Machine } from './machine.ts';

export interface PowerSupplies {
  /** Whether the machine runs on mains. A machine without a battery does. */
  readonly onMains: boolean;
  /** Charge of each battery in percent; undefined for one that does not tell. */
  readonly batteries: readonly (number | undefined)[];
}

const folder = '/sys/class/power_supply';

/** What the kernel tells about batteries and mains. Throws where there is no `/sys`. */
export async function powerSupplies(machine: Machine): Promise<PowerSupplies> {
  const supplies = await Promise.all((await names(machine)).map((name) => supplyAt(machine, `${folder}/${name}`)));
  const own = supplies.filter(({ scope, present }) => scope !== 'Device' && present !== '0');
  const batteries = own.filter(({ type }) => type === 'Battery' || type === 'UPS');
  const plugs = own.filter(({ type, online }) => online !== undefined && type !== 'Battery' && type !== 'UPS');
  // A charger may be too weak to charge: what is plugged in is asked first, as systemd does.
  const plugged = plugs.some(({ online }) => online !== '0');
  const discharging = batteries.some(({ status }) => status === 'Discharging');
  return { onMains: plugged || !discharging, batteries: batteries.map(({ capacity }) => percent(capacity)) };
}

async function names({ root }: Machine): Promise<readonly string[]> {
  try {
    return await readdir(`${root}${folder}`);
  } catch {
    // Absent on machines that have nothing of the kind; without /sys nobody knows.
    await stat(`${root}/sys`);
    return [];
  }
}

async function supplyAt(machine: Machine, path: string) {
  const of = (name: string) => kernelText(machine, `${path}/${name}`);
  const [type, scope, present, online, status, capacity] = await Promise.all(
    ['type', 'scope', 'present', 'online', 'status', 'capacity'].map(of),
  );
  return { type, scope, present, online, status, capacity };
}

const percent = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,3}$/u.test(text) ? Number(text) : undefined;

/** The charge of all batteries together; undefined if none tells. */
export function charge({ batteries }: PowerSupplies): number | undefined {
  const known = batteries.filter((one) => one !== undefined);
  return known.length === 0 ? undefined : Math.round(known.reduce((sum, one) => sum + one, 0) / known.length);
}
