import { readFile } from 'node:fs/promises';
import { availableParallelism, networkInterfaces } from 'node:os';
import type { Clock } from '@umbracore/contracts';

/** What conditions look at. Tests bring trees and programs of their own. */
export interface Machine {
  readonly clock: Clock;
  /** The environment of the programs that are asked, `PATH` included. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Stands before `/proc`, `/sys` and `/dev`: empty but in tests. */
  readonly root: string;
  readonly cores: number;
  /** Names of the network interfaces that are up. */
  interfaces(): readonly string[];
}

export function thisMachine({ clock, env }: Pick<Machine, 'clock' | 'env'>): Machine {
  return { clock, env, root: '', cores: availableParallelism(), interfaces: interfacesInUse };
}

const interfacesInUse = (): readonly string[] =>
  Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
    addresses.some(({ internal }) => !internal) ? [name] : [],
  );

/** The text of a small file of the kernel, without its line break; undefined if it cannot be read. */
export async function kernelText(machine: Machine, path: string): Promise<string | undefined> {
  try {
    return (await readFile(`${machine.root}${path}`, 'utf8')).trim();
  } catch {
    return undefined;
  }
}
