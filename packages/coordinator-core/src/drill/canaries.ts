import { realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** A canary and every path that it may have been saved under. */
export interface Canary {
  readonly path: string;
  readonly saved: readonly string[];
}

/** A source that is a link is saved under the path that it leads to: so is what lies behind it. */
export const canariesAt = (paths: readonly string[]): Promise<readonly Canary[]> =>
  Promise.all(
    paths.map(async (path) => ({ path, saved: [...new Set([path, await resolved(path), await itself(path)])] })),
  );

/** With links in its folders followed, as far as these are still there. */
async function resolved(path: string): Promise<string> {
  const folder = dirname(path);
  if (folder === path) return path;
  const real = await realpath(folder).catch(() => undefined);
  return join(real ?? (await resolved(folder)), basename(path));
}

const itself = (path: string): Promise<string> => realpath(path).catch(() => path);
