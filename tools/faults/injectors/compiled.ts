import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs';
import { basename, join } from 'node:path';

/** What the C compiler makes of a source with these flags, once for each text of it. */
export function compiled(source: string, ...flags: readonly string[]): string {
  const folder = join(import.meta.dirname, '..', '..', '..', '.cache', 'faults');
  const stamp = createHash('sha256').update(readFileSync(source)).update(flags.join(' ')).digest('hex').slice(0, 12);
  const path = join(folder, `${basename(source, '.c')}-${stamp}`);
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true });
  const fresh = `${path}.${process.pid}`;
  execFileSync('cc', [...flags, '-O1', '-o', fresh, source], { stdio: ['ignore', 'ignore', 'pipe'] });
  renameSync(fresh, path);
  return path;
}
