import { mkdirSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const inMemory = '/dev/shm';
const enoughBytes = 2 * 1024 ** 3;

/** Processes are killed in tests, the machine is not: what they write need not outlive it, and memory is several times as quick. */
function hasRoomInMemory(): boolean {
  try {
    const { type, bavail, bsize } = statfsSync(inMemory);
    const tmpfs = 0x01021994;
    return type === tmpfs && bavail * bsize > enoughBytes;
  } catch {
    return false;
  }
}

/** Gives each test run an empty home of its own, so that no test reads or writes the person's. */
export default function ownHome(): () => void {
  if (process.env['TMPDIR'] === undefined && hasRoomInMemory()) process.env['TMPDIR'] = inMemory;
  const root = mkdtempSync(join(tmpdir(), 'umbra-test-'));
  const folders = {
    HOME: 'home',
    XDG_CONFIG_HOME: 'config',
    XDG_CACHE_HOME: 'cache',
    XDG_DATA_HOME: 'data',
    XDG_STATE_HOME: 'state',
    XDG_RUNTIME_DIR: 'run',
    // Shared by all the processes that tests start.
    NODE_COMPILE_CACHE: 'compiled',
    UMBRA_STATE_DIR: 'umbra-state',
  };
  for (const [variable, name] of Object.entries(folders)) {
    const folder = join(root, name);
    mkdirSync(folder, { mode: 0o700 });
    process.env[variable] = folder;
  }
  // What a developer has set for real repositories must not leak into a test.
  for (const variable of Object.keys(process.env)) {
    if (/^(RESTIC_|UMBRA_CONFIG$|UMBRA_PASSWORD)/.test(variable)) delete process.env[variable];
  }
  return () => rmSync(root, { recursive: true, force: true, maxRetries: 5 });
}
