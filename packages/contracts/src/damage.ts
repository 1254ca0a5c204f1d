import type { Ability } from './backend.ts';
import type { CheckReport, CheckScope } from './check.ts';
import type { RepositoryDefinition } from './job.ts';
import type { Instant } from './time.ts';

/**
 * How a check looks: at what is new, without the engine, or as the engine does; `some` is another part every time, `checksums` all that
 * is stored without what only its key can tell.
 */
export type Look = 'new' | 'structure' | 'some' | `part ${number} of ${number}` | 'checksums' | 'all';

/** One look at a repository that came to an end, by its newest time. */
export interface LookedAt {
  readonly at: Instant;
  readonly look: Look;
}

/** What checks of a repository found, whoever asked for them: a job, a person, a repair. */
export interface DamageRecord {
  /** Damage that no later look found mended, the oldest first. */
  readonly found: readonly LookedAt[];
  /** Looks that found nothing and by which earlier damage counts as mended. */
  readonly mended: readonly LookedAt[];
}

/** Knows what checks found. Never throws: what it cannot read is as if nobody had looked. */
export interface DamageBook {
  of(repository: Pick<RepositoryDefinition, 'name' | 'location'>): Promise<DamageRecord>;
  /**
   * The command that mends a damaged repository, with the help of its copies if there are any. Undefined if its backend cannot
   * repair, by what it `supports`, or if nobody knows whether it can.
   */
  mendCommand(
    repository: Pick<RepositoryDefinition, 'name' | 'backend'>,
    supports?: ReadonlySet<Ability>,
  ): string | undefined;
}

/** How a check looked that was asked to look so. */
export function lookOf(scope: CheckScope, { readsAll = false }: Pick<CheckReport, 'readsAll'> = {}): Look {
  const asked = lookAskedFor(scope);
  return readsAll && asked !== 'all' ? 'checksums' : asked;
}

function lookAskedFor(scope: CheckScope): Look {
  if (scope.type === 'percent') return scope.percent >= 100 ? 'all' : 'some';
  if (scope.type === 'part') return scope.of === 1 ? 'all' : `part ${scope.part} of ${scope.of}`;
  return scope.type;
}

/** Whether damage that was found by one look is mended if another one finds nothing: that one has to see as much. */
export function isMendedBy(found: Look, look: Look): boolean {
  if (look === 'all') return true;
  if (found === 'structure') return look !== 'new';
  return look === found && look !== 'some';
}
