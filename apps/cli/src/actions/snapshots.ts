import {
  forgottenAt,
  jobTag,
  pinOfTags,
  toUmbraError,
  type RepositoryDefinition,
  type Snapshot,
} from '@umbracore/contracts';
import type { Runtime } from '@umbracore/runtime';
import { failureDocument, worstOf, type RepositoryFailure } from '@umbracore/runtime/documents';
import type { Action } from '../command.ts';
import type { SnapshotsFlags } from '../commands/snapshots.ts';
import { ownTags, snapshotDocument, type PlacedSnapshot } from '../documents/snapshot-document.ts';
import { printable } from '../output/printable.ts';
import { formatCount, formatQuantity, formatSize } from '../output/sizes.ts';
import { tellFailures } from '../output/tell-failures.ts';
import { dayTime } from '../output/times.ts';
import { backRefs } from '@umbracore/runtime/history';
import { repositoriesFor } from '../refs/find-snapshot.ts';
import type { Session } from '../session.ts';
import { proofsIn, type SnapshotProof } from '../snapshots/proofs.ts';

export const action: Action<SnapshotsFlags> = async (session, [job], flags) => {
  const runtime = await session.runtime();
  const repositories = repositoriesFor(runtime.configuration, job, flags.repository);
  const { found, failures } = await listAll(session, repositories, (repository) =>
    snapshotsIn(session, runtime, repository, job, flags),
  );
  const newest = found.toSorted((one, other) => other.snapshot.time - one.snapshot.time).slice(0, flags.latest);
  const shown = await withProofs(runtime, newest);
  if (session.json)
    session.document('snapshots', { snapshots: shown.map(snapshotDocument), failures: failures.map(failureDocument) });
  else show(session, shown, failures);
  return worstOf(failures.map(({ error }) => error.exitCode));
};

interface Listed {
  readonly found: readonly Placed[];
  readonly failures: readonly RepositoryFailure[];
}

/** One repository that is out of reach hides none of the others. Throws if none of them can be read. */
async function listAll(
  { interrupt }: Session,
  repositories: readonly RepositoryDefinition[],
  list: (repository: RepositoryDefinition) => Promise<readonly Placed[]>,
): Promise<Listed> {
  const found: Placed[] = [];
  const failures: RepositoryFailure[] = [];
  for (const repository of repositories) {
    try {
      found.push(...(await list(repository)));
    } catch (thrown) {
      interrupt.signal.throwIfAborted();
      failures.push({ repository: repository.name, error: toUmbraError(thrown) });
    }
  }
  const [failure] = failures;
  if (failure !== undefined && failures.length === repositories.length) throw failure.error;
  return { found, failures };
}

type Placed = Omit<PlacedSnapshot, 'proof'>;

/** Only of what is shown: a run is looked up for each. */
async function withProofs({ store }: Runtime, placed: readonly Placed[]): Promise<readonly PlacedSnapshot[]> {
  const shown = new Set(placed.map(({ repository }) => repository));
  const proofs = new Map<string, Awaited<ReturnType<typeof proofsIn>>>();
  for (const repository of shown) proofs.set(repository, await proofsIn(store, repository));
  return Promise.all(
    placed.map(async (each) => ({ ...each, proof: await proofs.get(each.repository)?.(each.snapshot) })),
  );
}

async function snapshotsIn(
  session: Session,
  runtime: Runtime,
  repository: RepositoryDefinition,
  job: string | undefined,
  { tag = [], host, path, pinned = false }: SnapshotsFlags,
): Promise<Placed[]> {
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
  { title: 'proof' },
  { title: 'paths' },
] as const;

function show(session: Session, found: readonly PlacedSnapshot[], failures: Listed['failures']): void {
  if (found.length === 0) session.notice('No snapshots.');
  else showTable(session, found, failures.length > 0);
  tellFailures(session, failures, 'read');
}

function showTable(session: Session, found: readonly PlacedSnapshot[], isPartial: boolean): void {
  const withRepository = isPartial || new Set(found.map(({ repository }) => repository)).size > 1;
  const { style } = session.stdout;
  const rows = found.map(({ snapshot, repository, ref, proof }) => [
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
    proofText(session, proof),
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

/** `sample today 02:03`, `25 files restored Tue 3 Nov 05:00` */
function proofText(session: Session, proof: SnapshotProof | undefined): string {
  if (proof === undefined) return '';
  const when = dayTime(proof.at, session.now());
  return proof.by === 'drill' ? `${formatQuantity(proof.files, 'file')} restored ${when}` : `${proof.level} ${when}`;
}
