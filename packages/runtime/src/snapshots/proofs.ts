import { runOfTags, type Instant, type RunRecord, type Snapshot, type StateStore } from '@umbracore/contracts';

/** When and how it was last proven that a snapshot can be read back. */
export type SnapshotProof =
  | { readonly by: 'drill'; readonly run: string; readonly at: Instant; readonly files: number }
  | { readonly by: 'verification'; readonly run: string; readonly at: Instant; readonly level: string };

/** So many drills back are looked through, and so many copies, which come more often. */
const asked = { drill: 100, copy: 500 } as const;

/** Gives the newest proof of a snapshot, as far as this machine's history knows one. */
export async function proofsIn(
  store: StateStore,
  repository: string,
): Promise<(snapshot: Snapshot) => Promise<SnapshotProof | undefined>> {
  const newest = (kind: keyof typeof asked): Promise<readonly RunRecord[]> =>
    store.runs({ repository, kinds: [kind], limit: asked[kind] });
  const byDrill = new Map((await newest('drill')).toReversed().flatMap(drillProofs));
  const byCopy = new Map((await newest('copy')).toReversed().flatMap(copyProofs));
  return async ({ id, original, tags }) => {
    const run = runOfTags(tags);
    const made = run === undefined ? undefined : await store.run(run);
    // A copy has the tags of its source: what was read in another repository says nothing of it.
    const own = made?.repository === repository ? verificationIn(made) : undefined;
    const found = [byDrill.get(id) ?? byDrill.get(original ?? id), byCopy.get(id), own];
    return found.filter((proof) => proof !== undefined).sort((one, other) => other.at - one.at)[0];
  };
}

function drillProofs(run: RunRecord): readonly (readonly [string, SnapshotProof])[] {
  const { report, finishedAt, id, plan } = run;
  if (report?.kind !== 'drill' || finishedAt === null || plan.options.dryRun === true) return [];
  const lost = new Set(report.failures.map(({ snapshot }) => snapshot));
  return report.snapshots
    .filter(({ snapshot, proven }) => proven > 0 && !lost.has(snapshot))
    .map(({ snapshot, proven: files }) => [snapshot, { by: 'drill', run: id, at: finishedAt, files }]);
}

/** What a copy brought was read back where it lies now, and compared with what it was copied from. */
function copyProofs(run: RunRecord): readonly (readonly [string, SnapshotProof])[] {
  const { report } = run;
  const proof = verificationIn(run);
  if (report?.kind !== 'copy' || proof === undefined) return [];
  const { copied, different = [] } = report;
  return copied.filter((id) => !different.includes(id)).map((id) => [id, proof]);
}

function verificationIn({ id, verification }: RunRecord): SnapshotProof | undefined {
  if (verification?.ok !== true) return undefined;
  return { by: 'verification', run: id, at: verification.finishedAt, level: verification.level };
}
