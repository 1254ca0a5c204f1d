import { failingCalls } from './failing-calls.ts';
import { frozen } from './frozen.ts';
import { faultyDisks } from './faulty-disk.ts';
import { freezers } from './freezer.ts';
import { fileHarms } from './harms.ts';
import { hostileRepository } from './hostile-trees.ts';
import { everywhere, where, type Injector } from './injector.ts';
import { limitsOfKernel } from './limits.ts';
import { powerCuts } from './mortal-disk.ts';
import { ownDisks } from './small-disk.ts';
import { staleLocks } from './stale-locks.ts';
import { strace } from './strace.ts';
import { tcpProxy } from './tcp-proxy.ts';
import { wallClock } from './wall-clock.ts';

/** Everything by which tests make things fail, by the name that the matrix of faults uses. */
export const injectors = {
  kill: everywhere(
    'kill',
    'a process is killed at a moment, or around its n-th statement or change (SIGKILL, --import)',
  ),
  calls: failingCalls,
  strace,
  images: where('disk images', 'what a power cut may leave is made of what a process wrote (strace)', () => {
    const traced = strace.available();
    if (!traced.here) throw new Error(traced.reason);
  }),
  power: powerCuts,
  disks: ownDisks,
  faulty: faultyDisks,
  frozen,
  freezer: freezers,
  clock: wallClock,
  limits: limitsOfKernel,
  proxy: tcpProxy,
  locks: staleLocks,
  harms: fileHarms,
  hostile: hostileRepository,
  model: everywhere('model', 'a fake of the engine, the clock or the disk that fails as it is told'),
  scripts: everywhere('scripts', 'an engine, a hook, a plug-in or a server that misbehaves on purpose'),
} as const satisfies Readonly<Record<string, Injector>>;

export type InjectorName = keyof typeof injectors;
