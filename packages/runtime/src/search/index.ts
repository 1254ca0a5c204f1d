export { changesInCatalog, type CatalogChanges } from './changes-in-catalog.ts';
export { backRefs } from './back-refs.ts';
export { directlyIn, folderAt } from './folder-at.ts';
export { lastVersions, type FoundPath, type FoundVersion, type Holder } from './group.ts';
export {
  askCatalog,
  demandCatalogued,
  demandNoneAhead,
  knownSnapshots,
  lostCatalog,
  type KnownSnapshots,
  type Reach,
  type ReachOptions,
} from './known-snapshots.ts';
export { refusePattern } from './pattern.ts';
export { totalsAt } from './totals-at.ts';
export { compareSnapshots, type DiffBytes, type DiffQuestion } from './compare-snapshots.ts';
export { growthBetween, growthOf, type FolderGrowth } from './growth-of.ts';
export { listFiles, type ListedFiles } from './list-files.ts';
export { commonFolder, listingAt, type Listing } from './listing-at.ts';
export { rangeOf, type SearchRange, type WantedRange } from './range.ts';
export { Counter, isEmpty, isWanted, listedOf, type Count, type OnlyWord, type Tally } from './tally.ts';
export { search, type SearchAnswer, type SearchQuestion } from './search.ts';
