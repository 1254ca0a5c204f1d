import {
  lookOf,
  UmbraError,
  type CheckReport,
  type CheckScope,
  type Clock,
  type Instant,
  type Log,
  type LookedAt,
  type Operation,
  type RepairOptions,
  type RepairStory,
  type Repositories,
  type RepositoryDefinition,
} from '@umbracore/contracts';
import { checkWhatIsNew } from './check-what-is-new.ts';
import { damageRecord, noteLook } from './found-damage.ts';

export interface MendSources {
  readonly repositories: Repositories;
  readonly paths: { readonly stateDir: string };
  readonly clock: Clock;
  readonly log: Log;
}

export interface MendRequest extends Pick<RepairOptions, 'agree' | 'told'> {
  /** How much of the data is read; absent: as much as the damage that is known was found by. */
  readonly scope?: CheckScope | undefined;
  /** A repository with copies. */
  readonly from?: RepositoryDefinition | undefined;
}

/** A repair that knows what checks have found, and lets whatever remembers damage know what became of it. */
export async function mendRepository(
  { repositories, paths: { stateDir }, clock, log }: MendSources,
  definition: RepositoryDefinition,
  { scope: wanted, from, agree, told }: MendRequest,
  operation: Operation = {},
): Promise<RepairStory> {
  if (from?.name === definition.name) {
    throw new UmbraError('usage.invalid', `${from.name} cannot be mended from itself`, {
      hint: 'Name the repository that a copy job copies to, or from.',
    });
  }
  const { found } = await damageRecord(stateDir, definition);
  const scope = wanted ?? scopeToMend(found);
  const began = clock.now();
  const story = await repositories.repair(definition, { scope, agree, told, from }, operation);
  const mayBeMended = story.last.sound && (found.length > 0 || story.done.length > 0);
  if (!mayBeMended) return story;
  try {
    // The steps of a repair look only at what each of them can have healed; together they saw all of it.
    await noteLook(stateDir, definition, { look: lookOf(scope), at: clock.now() }, true);
  } catch (error) {
    log.warn({ repository: definition.name, error }, 'that the repository is mended could not be kept');
  }
  const last = await lookAgain(repositories, definition, began, operation);
  return last === undefined ? story : { ...story, last };
}

/** What has to be read so that damage is found that was found before. */
export function scopeToMend(found: readonly LookedAt[]): CheckScope {
  // The engine knows nothing of what is new, and finds in the data only what it reads.
  if (found.some(({ look }) => look === 'new')) return { type: 'all' };
  const parts = new Set(found.flatMap(({ look }) => (look === 'structure' ? [] : [look])));
  const [only, ...more] = parts;
  if (only === undefined) return { type: 'structure' };
  const [, part, of] = /^part (\d+) of (\d+)$/.exec(only) ?? [];
  return part === undefined || more.length > 0 ? { type: 'all' } : { type: 'part', part: Number(part), of: Number(of) };
}

/**
 * The check without the engine remembers by itself what it found: it finds out that it is mended, and reads what the repair
 * stored. Undefined where there is none.
 */
async function lookAgain(
  repositories: Repositories,
  definition: RepositoryDefinition,
  since: Instant,
  operation: Operation,
): Promise<CheckReport | undefined> {
  const backend = await repositories.backend(definition, operation.signal);
  return await checkWhatIsNew(backend, { read: 'new', since }, operation);
}
