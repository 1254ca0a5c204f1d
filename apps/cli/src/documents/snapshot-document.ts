import {
  forgottenAt,
  isForgottenTag,
  isPinTag,
  jobOfTags,
  pinOfTags,
  runOfTags,
  type Pin,
  type Snapshot,
} from '@umbracore/contracts';
import { timestamp, timestampOrNull } from '@umbracore/runtime/documents';
import type { SnapshotProof } from '../snapshots/proofs.ts';

/** A snapshot with the ref it is known by and the repository it is in. */
export interface PlacedSnapshot {
  readonly snapshot: Snapshot;
  readonly repository: string;
  /** `documents@-1`; the short id if it belongs to no job. */
  readonly ref: string;
  /** Undefined if nobody read it back yet. */
  readonly proof: SnapshotProof | undefined;
}

/** Tags that the user chose: ours are shown as run, job, pin and mark. */
export const ownTags = (tags: readonly string[]): readonly string[] =>
  tags.filter(
    (tag) => !tag.startsWith('umbra-run:') && !tag.startsWith('umbra-job:') && !isPinTag(tag) && !isForgottenTag(tag),
  );

export function snapshotDocument({ snapshot, repository, ref, proof }: PlacedSnapshot) {
  const { summary } = snapshot;
  return {
    ref,
    id: snapshot.id,
    repository,
    job: jobOfTags(snapshot.tags) ?? null,
    run: runOfTags(snapshot.tags) ?? null,
    time: timestamp(snapshot.time),
    host: snapshot.host,
    user: snapshot.user,
    paths: snapshot.paths,
    tags: ownTags(snapshot.tags),
    pin: pinDocument(pinOfTags(snapshot.tags)),
    forgotten: timestampOrNull(forgottenAt(snapshot.tags)),
    proof: proof === undefined ? null : { ...proof, at: timestamp(proof.at) },
    original: snapshot.original ?? null,
    parent: snapshot.parent ?? null,
    stats:
      summary === undefined
        ? null
        : {
            filesNew: summary.filesNew,
            filesChanged: summary.filesChanged,
            filesUnmodified: summary.filesUnmodified,
            filesProcessed: summary.filesProcessed,
            bytesProcessed: summary.bytesProcessed,
            bytesAdded: summary.bytesAdded,
          },
  };
}

const pinDocument = (pin: Pin | undefined) => (pin === undefined ? null : { reason: pin.reason ?? null });
