import type { HealReport, LockVerdict, RepositoryDefinition, RepositoryFacts } from '@umbracore/contracts';
import type { Adoption } from '../repositories/adopt.ts';
import type { CreatedRepository } from '../repositories/create-repository.ts';
import type { RepositoryLook } from '../repositories/look-at-repository.ts';
import { coverageDocument } from './coverage-document.ts';
import { shownLocation } from './shown-location.ts';
import { timestamp, timestampOrNull } from './timestamp.ts';

/** How a repository is, as `umbra.repository/1`. */
export const repositoryLookDocument = (
  definition: RepositoryDefinition,
  { health, statistics, coverage, damage }: RepositoryLook,
) => ({
  ...placeDocument(definition),
  state: health.state,
  id: health.facts?.id ?? null,
  format: health.facts?.format ?? null,
  engine: health.engine === undefined ? null : { name: health.engine.name, version: health.engine.version },
  snapshots: health.snapshots ?? null,
  storedBytes: statistics?.storedBytes ?? null,
  uncompressedBytes: statistics?.uncompressedBytes ?? null,
  coverage: coverage === undefined ? null : coverageDocument(coverage),
  damagedAt: timestampOrNull(damage?.at),
  locks: health.locks.map(lockDocument),
  problem: health.problem ?? null,
  hint: health.hint ?? null,
});

/** One that was made, as `umbra.repository/1`. */
export const createdDocument = (definition: RepositoryDefinition, { facts, passwordFile }: CreatedRepository) => ({
  ...placeDocument(definition),
  passwordFile: passwordFile ?? null,
  id: facts.id,
  format: facts.format,
});

/** One whose snapshots were taken into the history, as `umbra.repository/1`. */
export const adoptedDocument = (definition: RepositoryDefinition, { facts, snapshots, adopted }: Adoption) => ({
  ...upgradedDocument(definition, facts),
  snapshots,
  adopted,
});

/** One of which the format may have changed, as `umbra.repository/1`. */
export const upgradedDocument = (definition: RepositoryDefinition, { id, format }: RepositoryFacts) => ({
  ...placeDocument(definition),
  id,
  format,
});

const placeDocument = ({ name, location }: RepositoryDefinition) => ({ name, location: shownLocation(location) });

/** Which locks were removed, and which are left, as `umbra.unlock/1`. */
export const unlockDocument = (repository: string, { verdicts, removed }: HealReport) => ({
  repository,
  locks: verdicts.map((verdict) => ({
    ...lockDocument(verdict),
    removed: removed.some(({ id }) => id === verdict.lock.id),
  })),
  removed: removed.length,
  left: verdicts.length - removed.length,
});

const lockDocument = ({ lock, verdict, reason }: LockVerdict) => ({
  id: lock.id,
  createdAt: timestamp(lock.createdAt),
  exclusive: lock.exclusive,
  host: lock.host,
  user: lock.user,
  pid: lock.pid,
  verdict,
  reason,
});
