import { isPinTag, isTerminal, pinOfTags, pinTags, runOfTags, UmbraError } from '@umbracore/contracts';
import type { Backend, Pin, RepositoryDefinition, Snapshot } from '@umbracore/contracts';
import type { CoordinatorPorts } from './ports.ts';

export interface PinRequest {
  readonly repository: RepositoryDefinition;
  /** Full id. */
  readonly snapshot: string;
  /** Null takes the pin away. */
  readonly pin: Pin | null;
  readonly signal?: AbortSignal | undefined;
}

/** A snapshot as it is after its pin was changed. */
export interface PinResult {
  readonly snapshot: Snapshot;
  /** The id that it had before: an engine may store a snapshot anew when its tags change. */
  readonly previous: string;
  readonly pin: Pin | null;
}

type PinPorts = Pick<CoordinatorPorts, 'store' | 'repositories'>;

/** Throws `snapshot.absent`, `job.already-running` while the run that made it goes on, and `repository.*`. */
export async function setPin(ports: PinPorts, request: PinRequest): Promise<PinResult> {
  const { repository, snapshot: id, pin, signal } = request;
  const backend = await ports.repositories.backend(repository, signal);
  const before = await demand(backend, id, repository, signal);
  await refuseOpenRun(ports, before);
  const { add, remove } = tagChange(before.tags, pin);
  if (add.length + remove.length === 0) return { snapshot: before, previous: before.id, pin };
  const renamed = await backend.tag([before.id], add, remove, { signal });
  const after = await demand(backend, renamed.get(before.id) ?? before.id, repository, signal);
  if ((pinOfTags(after.tags) === undefined) !== (pin === null)) {
    throw new UmbraError('engine.output', `The pin of ${before.shortId} in ${repository.name} was not changed`, {
      hint: 'Look at the snapshot: umbra snapshots.',
    });
  }
  return { snapshot: after, previous: before.id, pin };
}

/** The tags to add and to remove so that a snapshot has this pin, and no remains of another one. */
export function tagChange(
  tags: readonly string[],
  pin: Pin | null,
): { readonly add: readonly string[]; readonly remove: readonly string[] } {
  const wanted = pin === null ? [] : pinTags(pin.reason);
  return {
    add: wanted.filter((tag) => !tags.includes(tag)),
    remove: tags.filter((tag) => isPinTag(tag) && !wanted.includes(tag)),
  };
}

async function demand(
  backend: Backend,
  id: string,
  { name }: RepositoryDefinition,
  signal: AbortSignal | undefined,
): Promise<Snapshot> {
  const found = (await backend.snapshots({ ids: [id] }, { signal })).find((snapshot) => snapshot.id === id);
  if (found !== undefined) return found;
  throw new UmbraError('snapshot.absent', `There is no snapshot ${id} in ${name}`, {
    hint: 'Run `umbra snapshots` to see which there are.',
  });
}

/** A run looks for the snapshot that its engine named: another id would look like a loss. */
async function refuseOpenRun({ store }: PinPorts, { tags, shortId }: Snapshot): Promise<void> {
  const id = runOfTags(tags);
  const run = id === undefined ? undefined : await store.run(id);
  if (run === undefined || isTerminal(run.state)) return;
  throw new UmbraError('job.already-running', `The run ${run.id} that made ${shortId} has not ended`, {
    hint: 'Wait until it has.',
  });
}
