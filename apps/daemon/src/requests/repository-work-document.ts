import type { RepositoryWork } from '@umbracore/runtime';
import { workDocument } from '@umbracore/runtime/documents';

/** A work on a repository as it is answered. */
export const repositoryWorkDocument = (one: RepositoryWork) => ({
  schema: 'umbra.repository-work/1',
  ...workDocument(one),
});
