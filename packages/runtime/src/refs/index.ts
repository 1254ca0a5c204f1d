export { choosePair, type Pair } from './choose-pair.ts';
export { absent, findFirst, passedOver, selectOne } from './find-first.ts';
export { findPair, type FoundPair, type PairOptions } from './find-pair.ts';
export { findReadable, type ReadableOptions, type ReadableSnapshot, type RefReach } from './find-readable.ts';
export { placeInPair, placeInSnapshots } from './places.ts';
export { parseRef, selectSnapshots, type Ref } from './ref.ts';
