import { forgottenAt, jobTag, pinOfTags, type RepositoryDefinition, type Snapshot } from '@umbracore/contracts';
import type { Runtime } from '@umbracore/runtime';
import type { Action } from '../command.ts';
import type { SnapshotsFlags } from '../commands/snapshots.ts';
import { ownTags, snapshotDocument, type PlacedSnapshot } from '../documents/snapshot-document.ts';
import { printable } from '../output/printable.ts';
import { formatCount, formatSize } from '../output/sizes.ts';
import { dayTime } from '../output/times.ts';
import { backRefs } from '@umbracore/runtime/history';
import { repositoriesFor } from '../refs/find-snapshot.ts';
import type { Session } from '../session.ts';

export const action: Action<SnapshotsFlags> = async (session, [job], flags) => {
  const runtime = await session.runtime();
  const found: PlacedSnapshot[] = [];
  for (const repository of repositoriesFor(runtime.configuration, job, flags.repository)) {
    found.push(...(await snapshotsIn(session, runtime, repository, job, flags)));
  }
  const shown = found.toSorted((one, other) => other.snapshot.time - one.snapshot.time).slice(0, flags.latest);
  if (session.json) return session.document('snapshots', { snapshots: shown.map(snapshotDocument) });
  if (shown.length === 0) return session.notice('No snapshots.');
  show(session, shown);
};

async function snapshotsIn(
  session: Session,
  runtime: Runtime,
  repository: RepositoryDefinition,
  job: string | undefined,
  { tag = [], host, path, pinned = false }: SnapshotsFlags,
): Promise<PlacedSnapshot[]> {
  const { signal } = session.interrupt;
  const backend = await runtime.repositories.backend(repository, signal);
  const all = await backend.snapshots(job === undefined ? {} : { tags: [jobTag(job)] }, { signal });
  const refs = backRefs(all);
  return all
    .filter((snapshot) => tag.every((each) => snapshot.tags.includes(each)))
    .filter((snapshot) => host === undefined || snapshot.host === host)
    .filter(({ tags }) => !pinned || pinOfTags(tags) !== undefined)
    .filter((snapshot) => path === undefined || snapshot.paths.includes(path))
    .map((snapshot) => ({ snapshot, repository: repository.name, ref: refs.get(snapshot.id) ?? snapshot.shortId }));
}

const columns = [
  { title: 'ref' },
  { title: 'snapshot' },
  { title: 'repository' },
  { title: 'when' },
  { title: 'size', align: 'right' },
  { title: 'new', align: 'right' },
  { title: 'files', align: 'right' },
  { title: 'tags' },
  { title: 'pinned' },
  { title: 'forgotten' },
  { title: 'paths' },
] as const;

function show(session: Session, found: readonly PlacedSnapshot[]): void {
  const withRepository = new Set(found.map(({ repository }) => repository)).size > 1;
  const { style } = session.stdout;
  const rows = found.map(({ snapshot, repository, ref }) => [
    style.bold(ref),
    snapshot.shortId,
    withRepository ? repository : '',
    dayTime(snapshot.time, session.now()),
    snapshot.summary === undefined ? '' : formatSize(snapshot.summary.bytesProcessed),
    snapshot.summary === undefined ? '' : formatSize(snapshot.summary.bytesAdded),
    snapshot.summary === undefined ? '' : formatCount(snapshot.summary.filesProcessed),
    printable(ownTags(snapshot.tags).join(', ')),
    pinText(snapshot),
    forgottenText(session, snapshot),
    style.dim(snapshot.paths.map(printable).join(', ')),
  ]);
  session.sayTable(columns, rows);
}

function pinText({ tags }: Snapshot): string {
  const pin = pinOfTags(tags);
  return pin === undefined ? '' : printable(pin.reason ?? 'yes');
}

function forgottenText(session: Session, { tags }: Snapshot): string {
  const at = forgottenAt(tags);
  return at === undefined ? '' : dayTime(at, session.now());
}
