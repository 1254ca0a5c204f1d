import { closeSync, openSync, writeSync } from 'node:fs';

/** Secrets are in our memory: none of it gets into core files, and the signal that would open a debugger at a port opens none. */
export function keepToOurselves(): void {
  process.on('SIGUSR1', () => undefined);
  try {
    // Programs that we start inherit this.
    const filter = openSync('/proc/self/coredump_filter', 'w');
    writeSync(filter, '0');
    closeSync(filter);
  } catch {
    // Not Linux, or not allowed: core files are then the administrator's choice.
  }
}
