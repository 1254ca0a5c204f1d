import type { UmbraError } from '@umbracore/contracts';
import type { CatchUp } from '@umbracore/catalog';
import type { CatalogState } from '../catalogs.ts';
import { timestampOrNull } from './timestamp.ts';

/** How the catalogs stand. */
export const catalogDocument = (states: readonly CatalogState[]) => ({
  catalogs: states.map(({ asOf, ...state }) => ({ ...state, asOf: timestampOrNull(asOf) })),
});

/** What came of bringing one catalog up to date. */
export interface CatalogUpdate {
  readonly repository: string;
  /** Undefined if it failed, or if there shall be no catalog. */
  readonly result: CatchUp | undefined;
  readonly error: UmbraError | undefined;
}

export const catalogUpdateDocument = (updates: readonly CatalogUpdate[]) => ({
  catalogs: updates.map(({ repository, result, error }) => ({
    repository,
    added: result?.added ?? null,
    dropped: result?.dropped ?? null,
    leftOut: result?.leftOut ?? null,
    error: error === undefined ? null : { code: error.code, message: error.message, hint: error.hint ?? null },
  })),
});

export type CatalogUpdateDocument = ReturnType<typeof catalogUpdateDocument>;
