import type { Catalog, CatalogHit } from '@umbracore/runtime';
import { askCatalog, backRefs, type ReadableSnapshot } from '@umbracore/runtime/history';
import { formatQuantity, formatSize } from '../output/sizes.ts';
import { calendarTime } from '../output/times.ts';
import { literally } from '../find/part-of-name.ts';

/** What is below a folder fits as well. */
function hitsAt(catalog: Catalog, path: string): readonly CatalogHit[] {
  const hits: CatalogHit[] = [];
  for (const hit of catalog.find({ pattern: literally(path), ignoreCase: false })) {
    if (hit.entry.path === path) hits.push(hit);
  }
  return hits;
}

/** A line for each version that the catalog knows of a path, the one that was saved last first. */
export function versionsOf(known: ReadableSnapshot, path: string, now: number): readonly string[] {
  const { snapshots, snapshot: here } = known;
  const refs = backRefs(snapshots);
  const places = new Map(snapshots.map(({ id }, index) => [id, index]));
  const hits = (askCatalog(known, here.id, (catalog) => hitsAt(catalog, path)) ?? [])
    .map((hit) => ({ ...hit, newest: Math.max(...hit.snapshots.map((id) => places.get(id) ?? -1)) }))
    .sort((one, other) => other.newest - one.newest);
  if (hits.length === 0) return ['The catalog does not know it yet: umbra catalog update'];
  return hits.map(({ entry, snapshots: held, newest }) => {
    const snapshot = snapshots[newest];
    const ref = snapshot === undefined ? '' : (refs.get(snapshot.id) ?? snapshot.shortId);
    const size = entry.type === 'file' ? formatSize(entry.size) : entry.type;
    const count = formatQuantity(held.length, 'snapshot');
    return `${size.padStart(10)}  modified ${calendarTime(entry.modifiedAt, now)}  last in ${ref}, ${count}`;
  });
}
