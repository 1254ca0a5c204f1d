import { forgottenAt, isForgottenTag, isPinTag, jobOfTags, pinOfTags, runOfTags, type Pin } from '@umbracore/contracts';
import type { PlacedSnapshot, SnapshotList } from '../snapshots/list-snapshots.ts';
import { failureDocument } from './failure-document.ts';
import { outOfReachDocument } from './find-document.ts';
import { timestamp, timestampOrNull } from './timestamp.ts';

/** Tags that the user chose: ours are shown as run, job, pin and mark. */
const ownTags = (tags: readonly string[]): readonly string[] =>
  tags.filter(
    (tag) => !tag.startsWith('umbra-run:') && !tag.startsWith('umbra-job:') && !isPinTag(tag) && !isForgottenTag(tag),
  );

function snapshotDocument({ snapshot, repository, ref, proof }: PlacedSnapshot) {
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

/** What `umbra.snapshots/1` holds. */
export type SnapshotsDocument = ReturnType<typeof snapshotsDocument>;
export type SnapshotDocument = ReturnType<typeof snapshotDocument>;

/** Snapshots, and how far the list can be relied on. */
export const snapshotsDocument = ({ snapshots, searched, failures }: SnapshotList) => ({
  snapshots: snapshots.map(snapshotDocument),
  outOfReach: outOfReachDocument(searched),
  failures: failures.map(failureDocument),
});
