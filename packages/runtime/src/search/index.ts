export { changesInCatalog, type CatalogChanges } from './changes-in-catalog.ts';
export { backRefs } from './back-refs.ts';
export { directlyIn, folderAt } from './folder-at.ts';
export { lastVersions, type FoundPath, type FoundVersion, type Holder } from './group.ts';
export {
  askCatalog,
  knownSnapshots,
  lostCatalog,
  type KnownSnapshots,
  type Reach,
  type ReachOptions,
} from './known-snapshots.ts';
export { refusePattern } from './pattern.ts';
export { totalsAt } from './totals-at.ts';
export { search, type SearchAnswer, type SearchQuestion } from './search.ts';
