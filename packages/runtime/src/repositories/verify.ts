import {
  UmbraError,
  type Backend,
  type CheckReport,
  type CheckScope,
  type NewCheckReport,
  type Operation,
  type Repositories,
  type RepositoryDefinition,
} from '@umbracore/contracts';
import { checkWhatIsNew } from './check-what-is-new.ts';

/** Small enough for every week, and after forty of them everything was read once on average. */
const defaultPercent = 2.5;

/** What looking at a repository came to. */
export interface Verification {
  readonly scope: CheckScope;
  readonly report: CheckReport;
  /** What was found without the engine; undefined where the backend cannot, or nothing was to be read. */
  readonly remembered: NewCheckReport | undefined;
}

/**
 * Looks whether a repository is sound: what is new in it without the engine first, where that is possible, then by the engine's own check.
 * Without a scope as much is read as the backend can check. Damage is a result; throws `backend.unsupported` where there is no check.
 */
export async function verifyRepository(
  { repositories }: { readonly repositories: Repositories },
  definition: RepositoryDefinition,
  wanted: CheckScope | undefined,
  operation: Operation = {},
): Promise<Verification> {
  const backend = await repositories.backend(definition, operation.signal);
  if (!backend.supports.has('check')) throw checkLacking(definition);
  // An engine that checks waits minutes for a server that is not there; what only asks is given up on soon.
  if (!backend.supports.has('check-new')) await backend.open(operation);
  const scope = wanted ?? usualScope(backend);
  const read = scope.type === 'all' ? 'all' : 'new';
  const remembered = scope.type === 'structure' ? undefined : await checkWhatIsNew(backend, { read }, operation);
  if (remembered?.sound === false) return { scope, report: remembered, remembered };
  return { scope, report: await backend.check(scope, operation), remembered };
}

export const checkLacking = ({ name, backend }: RepositoryDefinition): UmbraError =>
  new UmbraError('backend.unsupported', `the backend of ${name}, ${backend}, has no check of its own`, {
    hint: `Its files can be restored by way of trial, and compared: umbra verify ${name} --restore-test`,
  });

/** What a check does where nobody said how much: as much as the backend can. */
const usualScope = ({ supports }: Backend): CheckScope =>
  supports.has('check-data') ? { type: 'percent', percent: defaultPercent } : { type: 'structure' };
