export { type SealingKey } from './crypto/sealing-key.ts';
export { type FileKind } from './problems.ts';
export { type NodeName } from './documents/go-names.ts';
export { type StoredSnapshot, type StoredSummary } from './documents/snapshot.ts';
export { type ExtendedAttribute, type TreeNode } from './documents/tree.ts';
export { type BlobIndex, type BlobPlace, type BlobType, type IndexedBlob } from './reading/blob-index.ts';
export { type TreeDifference } from './reading/differences.ts';
export { type ListedNode } from './reading/listing.ts';
export { type LoadedIndex } from './reading/load-index.ts';
export { type Credential } from './reading/open-key.ts';
export { checkPackContent, checkPackSizes, type PackProblem } from './reading/pack-check.ts';
export { openRepository, type ListOptions, type ResticRepository } from './repository.ts';
export { hasZstd } from './storage/zstd.ts';
export {
  checkRepository,
  type CheckFindings,
  type CheckOptions,
  type CheckProgress,
  type Checked,
} from './verifying/check-repository.ts';
export { coverageOf } from './verifying/coverage.ts';
export { type IdSet } from './verifying/id-set.ts';
export { readMemory, writeMemory } from './verifying/memory-file.ts';
export { nothingRemembered, type KnownPack, type Remembered } from './verifying/remembered.ts';
export { planRereading, type AgingPack, type RereadPlan, type RereadTerms } from './verifying/reread-plan.ts';
