import type { Operation, RepositoryDefinition } from '@umbracore/contracts';
import { countedProgress, type ComposeOptions, type Runtime } from '@umbracore/runtime';
import { catalogUpdateDocument, type CatalogUpdateDocument } from '@umbracore/runtime/documents';
import { updateCatalog, type WantedUpdate } from './update-catalog.ts';

/** Brings the catalog of a repository to what that has now, because somebody waits for it. */
export type CatalogUpdating = (
  definition: RepositoryDefinition,
  wanted: Pick<WantedUpdate, 'rebuild'>,
  operation: Operation,
) => Promise<CatalogUpdateDocument>;

/** In a process of its own where there is a program for one, else here. */
export function catalogUpdating(
  { catalogs }: Pick<Runtime, 'catalogs'>,
  { configFile, env, cwd }: ComposeOptions,
  program: readonly string[] | undefined,
): CatalogUpdating {
  if (program !== undefined) {
    return ({ name: repository }, { rebuild }, operation) =>
      updateCatalog({ program, configFile, env, cwd }, { repository, rebuild }, operation);
  }
  return async (definition, { rebuild = false }, { signal, report }) => {
    if (rebuild) catalogs.remove(definition);
    const result = await catalogs.catchUp(definition, {
      ...(signal === undefined ? {} : { signal }),
      report: ({ done, total }) => report?.(countedProgress('indexing', done, total)),
    });
    return catalogUpdateDocument([{ repository: definition.name, result, error: undefined }]);
  };
}
