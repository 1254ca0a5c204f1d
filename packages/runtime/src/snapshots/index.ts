export { listSnapshots, type PlacedSnapshot, type SnapshotList, type SnapshotQuestion } from './list-snapshots.ts';
export { type SnapshotProof } from './proofs.ts';
