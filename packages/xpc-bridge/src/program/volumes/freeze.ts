import type { FrozenSources } from '@umbracore/contracts';
import type { RequestOf } from '../../protocol/requests.ts';
import type { ProgramContext } from '../context.ts';
import type { Policy, PolicyVolume } from '../policy.ts';
import { Refusal } from '../refusal.ts';
import { freezeNotes, removeFreezeNote, writeFreezeNote, type FreezeNote } from './freeze-notes.ts';
import { closeView, openView } from './view.ts';
import type { Volume } from './volume.ts';
import { volumeOf } from './volume-of.ts';

/**
 * Keeps the sources of a job as they are: snapshots of the volumes that they are on, seen in their place by whoever looks through the view
 * of this name. What is left of an earlier one for the same job and repository is taken back: whoever made it is gone.
 */
export async function freeze(
  context: ProgramContext,
  policy: Policy,
  { job, repository, id, snapshot }: RequestOf<'freeze'>,
): Promise<FrozenSources> {
  for (const other of freezeNotes(context.stateDir))
    if (other.job === job && other.repository === repository) await takeBack(context, policy, other);
  const sources = policy.jobs[job]?.sources ?? [];
  const volumes = await volumesFor(context, policy, sources, snapshot);
  const isOn = (source: string): boolean => volumes.some(({ place }) => isAtOrBelow(source, place));
  const asTheyAre = sources.filter((source) => !isOn(source));
  const [first] = asTheyAre;
  if (volumes.length === 0 || (snapshot !== 'auto' && first !== undefined)) {
    const which = snapshot === 'auto' ? 'has any of the sources' : `of the kind ${snapshot} has ${first}`;
    throw new Refusal(`No volume of the policy ${which}`, 'Let root add the one that it is on to "volumes".');
  }
  const note = { job, repository, id, volumes: volumes.map(({ name }) => name) };
  writeFreezeNote(context.stateDir, note);
  try {
    const mounts: (readonly string[])[] = [];
    for (const { volume } of volumes) mounts.push(await volume.hold(id));
    await openView(context.views, toolsOf(context, policy), id, mounts);
    return { frozen: sources.filter(isOn), asTheyAre };
  } catch (error) {
    await takeBack(context, policy, note).catch((again: unknown) =>
      context.log.warn({ id, error: String(again) }, 'A snapshot could not be taken back'),
    );
    throw error;
  }
}

/** Takes back what `freeze` made. Nothing happens if there is nothing. */
export async function thaw(
  context: ProgramContext,
  policy: Policy,
  { job, repository, id }: RequestOf<'thaw'>,
): Promise<void> {
  const note = freezeNotes(context.stateDir).find((other) => other.id === id);
  if (note === undefined) return;
  if (note.job !== job || note.repository !== repository) throw new Refusal(`${id} is of another job`);
  await takeBack(context, policy, note);
}

async function takeBack(context: ProgramContext, policy: Policy, { id, volumes }: FreezeNote): Promise<void> {
  await closeView(context.views, toolsOf(context, policy), id);
  for (const name of volumes) {
    const definition: PolicyVolume | undefined = policy.volumes[name];
    if (definition === undefined)
      throw new Refusal(`The policy has no volume ${name} any more, of which a snapshot is left`);
    await volumeOf(definition, context.stateDir, toolsOf(context, policy)).release(id);
  }
  removeFreezeNote(context.stateDir, id);
}

interface Placed {
  readonly name: string;
  readonly volume: Volume;
  readonly place: string;
}

/** Those that sources are on, and those below a source; the outer ones first. */
async function volumesFor(
  context: ProgramContext,
  policy: Policy,
  sources: readonly string[],
  snapshot: RequestOf<'freeze'>['snapshot'],
): Promise<readonly Placed[]> {
  const placed: Placed[] = [];
  for (const [name, definition] of Object.entries(policy.volumes)) {
    if (snapshot !== 'auto' && definition.kind !== snapshot) continue;
    const volume = volumeOf(definition, context.stateDir, toolsOf(context, policy));
    const place = await volume.place();
    if (sources.some((source) => isAtOrBelow(source, place) || isAtOrBelow(place, source)))
      placed.push({ name, volume, place });
  }
  return placed.sort((one, other) => one.place.length - other.place.length);
}

const toolsOf = ({ processes }: ProgramContext, { path }: Policy) => ({ processes, path });

const isAtOrBelow = (path: string, folder: string): boolean =>
  path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`);
