import { UmbraError, type Operation, type PrivilegedStart, type RepositoryDefinition } from '@umbracore/contracts';

/** How a privileged engine is started for an operation. Throws `internal` without a spool: nobody could find it again. */
export function privilegedStart(
  { location }: RepositoryDefinition,
  { spool, orphanPolicy = 'adopt', limits = {}, frozen }: Operation,
): PrivilegedStart {
  if (spool !== undefined) return { spool, orphanPolicy, location, limits, frozen };
  throw new UmbraError('internal', 'A privileged engine needs a spool folder', { hint: 'Give the operation one.' });
}
