import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What a daemon takes, in bytes but for the descriptors. */
export function sampleOf(pid, env) {
  const state = env.UMBRA_STATE_DIR;
  const journal = readdirSync(state).filter((name) => name.startsWith('state.db'));
  return {
    resident: 1024 * Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))[1]),
    heap: heapIn(env.UMBRA_SOAK_MEMORY),
    descriptors: readdirSync(`/proc/${pid}/fd`).length,
    journal: journal.reduce((sum, name) => sum + sizeOf(join(state, name)), 0),
    logs: bytesBelow(join(state, 'logs')),
    spools: bytesBelow(join(state, 'spool')),
    catalog: bytesBelow(join(env.XDG_CACHE_HOME, 'umbra', 'catalogs')),
  };
}

/** Undefined before the first note. */
function heapIn(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).heapUsed;
  } catch {
    return undefined;
  }
}

const sizeOf = (file) => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

/** What goes away while it is looked at has no size. */
function bytesBelow(folder) {
  try {
    return readdirSync(folder, { recursive: true }).reduce((sum, name) => sum + fileSize(join(folder, name)), 0);
  } catch {
    return 0;
  }
}

function fileSize(path) {
  const facts = statSync(path, { throwIfNoEntry: false });
  return facts?.isFile() ? facts.size : 0;
}
