import { readFileSync } from 'node:fs';
import type { PrivilegedRole } from '@umbracore/contracts';

/** Bits of a set of capabilities, as Linux numbers them. */
const capability = {
  CHOWN: 0,
  DAC_OVERRIDE: 1,
  DAC_READ_SEARCH: 2,
  FOWNER: 3,
  KILL: 5,
  SETGID: 6,
  SETUID: 7,
  SYS_CHROOT: 18,
  SYS_ADMIN: 21,
} as const;

const needed: Readonly<Record<PrivilegedRole, readonly (keyof typeof capability)[]>> = {
  backup: ['DAC_READ_SEARCH'],
  restore: ['CHOWN', 'DAC_OVERRIDE', 'DAC_READ_SEARCH', 'FOWNER'],
  volumes: ['SYS_ADMIN', 'DAC_READ_SEARCH', 'FOWNER', 'SETUID', 'SETGID', 'KILL'],
  mounts: ['SYS_ADMIN'],
};

/** Taken by jobs with `snapshot` alone, and by who mounts from behind walls. */
const forViews: Readonly<Record<PrivilegedRole, readonly (keyof typeof capability)[]>> = {
  backup: ['SYS_CHROOT'],
  restore: [],
  volumes: [],
  mounts: ['SYS_CHROOT'],
};

const bits = (names: readonly (keyof typeof capability)[]): bigint =>
  names.reduce((sum, name) => sum | (1n << BigInt(capability[name])), 0n);

/** What is wrong with the rights that a process of a role has: what it lacks, and what it has beyond its need. */
export function rightsWarnings(role: PrivilegedRole, effective: bigint): readonly string[] {
  const wanted = needed[role];
  const missing = wanted.filter((name) => (effective & bits([name])) === 0n);
  const isMore = (effective & ~bits([...wanted, ...forViews[role]])) !== 0n;
  const all = wanted.map((name) => `CAP_${name}`).join(' ');
  return [
    ...missing.map((name) => `lacks CAP_${name}: what it is for will fail`),
    ...(isMore ? [`has more rights than it needs (${all}): use its unit, or setpriv --bounding-set`] : []),
  ];
}

/** Of this process; undefined where the system has no capabilities. */
export function effectiveCapabilities(): bigint | undefined {
  try {
    const mask = /^CapEff:\s+([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    return mask === undefined ? undefined : BigInt(`0x${mask}`);
  } catch {
    return undefined;
  }
}
