import type { FolderTotal } from '@umbracore/catalog';
import { askCatalog, lostCatalog, type KnownSnapshots, type ReachOptions } from './known-snapshots.ts';

/** Files and bytes in each entry of a folder of a snapshot, at any depth. */
export async function totalsAt(
  known: KnownSnapshots,
  snapshot: string,
  folder: string,
  { signal }: ReachOptions,
): Promise<readonly FolderTotal[]> {
  const answered = askCatalog(known, snapshot, (catalog) => catalog.totals(snapshot, folder));
  if (answered !== undefined) return answered;
  if (known.backend === undefined) throw lostCatalog(known);
  const start = folder === '/' ? '/' : `${folder}/`;
  const sums = new Map<string, { files: number; bytes: number }>();
  for await (const { path, type, size } of known.backend.list(snapshot, folder, { signal })) {
    if (type === 'dir' || !path.startsWith(start)) continue;
    const [name = ''] = path.slice(start.length).split('/');
    const sum = sums.get(name) ?? { files: 0, bytes: 0 };
    sums.set(name, { files: sum.files + 1, bytes: sum.bytes + size });
  }
  return [...sums].map(([name, sum]) => ({ path: start + name, ...sum }));
}
