import type { CheckScope, MendStep, RepositoryDefinition, RepositoryWorkKind } from '@umbracore/contracts';
import {
  adoptRepository,
  copySnapshots,
  createRepository,
  mendRepository,
  verifyRepository,
  type RepositoryTask,
} from '@umbracore/runtime';
import {
  adoptedDocument,
  createdDocument,
  repairDocument,
  repositoryFiguresDocument,
  snapshotCopiesDocument,
  upgradedDocument,
  verifyDocument,
} from '@umbracore/runtime/documents';
import { gatherFigures, repositoryNamed } from '@umbracore/runtime/history';
import * as z from 'zod/mini';
import type { Daemon } from '../daemon.ts';
import { defineRoute, type Answer } from '../http/route.ts';
import { repositoryWorkDocument } from '../requests/repository-work-document.ts';
import { name, snapshotId } from './inputs.ts';

const params = z.object({ repository: name });
const begun = { 202: { text: 'The work as it is now', document: 'repository-work' } };

/** A repository as the configuration has it now, even if that was written a moment ago. */
async function known({ live, refresh }: Daemon, name: string): Promise<RepositoryDefinition> {
  await refresh();
  return repositoryNamed(live.current, name);
}

function begin(
  { works }: Daemon,
  kind: RepositoryWorkKind,
  { name: repository }: RepositoryDefinition,
  task: RepositoryTask,
): Answer {
  return { status: 202, document: repositoryWorkDocument(works.begin(kind, repository, task)) };
}

/** Per cent of the data. */
const share = z.number().check(z.gt(0), z.lte(100));

const scopeOf = (read: number): CheckScope => (read === 100 ? { type: 'all' } : { type: 'percent', percent: read });

export const verifySingleRepository = defineRoute({
  method: 'post',
  path: '/v1/repositories/{repository}/verify',
  access: 'control',
  summary: 'Looks whether a repository is sound; damage is a result, and the work is done',
  input: {
    params,
    body: z.strictObject({
      /** Percent of the data, 0 for the structure alone; absent: 2.5. */
      read: z.optional(z.union([share, z.literal(0)])),
    }),
  },
  answers: begun,
  async handle({ daemon, params: { repository }, body: { read } }) {
    const definition = await known(daemon, repository);
    const { runtime } = daemon;
    const scope = read === undefined ? undefined : read === 0 ? ({ type: 'structure' } as const) : scopeOf(read);
    return begin(daemon, 'verify', definition, async (operation) => {
      const found = await verifyRepository(runtime, definition, scope, operation);
      return { schema: 'umbra.verify/1', ...verifyDocument(definition.name, found) };
    });
  },
});

export const countRepository = defineRoute({
  method: 'post',
  path: '/v1/repositories/{repository}/statistics',
  access: 'control',
  summary:
    'Size, ratios, growth and quota, and what no snapshot needs, which may take long: with progress, and to be cancelled',
  input: { params, body: z.strictObject({}) },
  answers: begun,
  async handle({ daemon, params: { repository } }) {
    const definition = await known(daemon, repository);
    const { runtime } = daemon;
    return begin(daemon, 'statistics', definition, async (operation) => {
      const figures = await gatherFigures(runtime, definition, { ...operation, unused: true });
      return { schema: 'umbra.repository-statistics/1', ...repositoryFiguresDocument(definition.name, figures) };
    });
  },
});

const steps = z.enum(['packs', 'index', 'bring', 'snapshots']);

export const repairRepository = defineRoute({
  method: 'post',
  path: '/v1/repositories/{repository}/repair',
  access: 'control',
  summary:
    'Checks a repository and mends what is damaged, as far as `agree` names the kind of each step; without it nothing is ' +
    'changed, and `next` of the result is what would be done first',
  input: {
    params,
    body: z.strictObject({
      /** Percent of the data; absent: as much as the check read that found the damage. */
      read: z.optional(share),
      from: z.optional(name),
      agree: z._default(z.array(steps), []),
    }),
  },
  answers: begun,
  async handle({ daemon, params: { repository }, body: { read, from, agree } }) {
    const definition = await known(daemon, repository);
    const { runtime } = daemon;
    const other = from === undefined ? undefined : repositoryNamed(daemon.live.current, from);
    const scope = read === undefined ? undefined : scopeOf(read);
    const isAgreed = async ({ type }: MendStep): Promise<boolean> => agree.includes(type);
    const wanted = { scope, from: other, agree: isAgreed };
    return begin(daemon, 'repair', definition, async (operation) => {
      const story = await mendRepository(runtime, definition, wanted, operation);
      return { schema: 'umbra.repair/1', ...repairDocument(definition.name, story) };
    });
  },
});

export const upgradeRepository = defineRoute({
  method: 'post',
  path: '/v1/repositories/{repository}/upgrade',
  access: 'control',
  summary:
    'Brings a repository of format 1 to format 2, which can compress; restic before 0.14 cannot open it afterwards',
  input: { params, body: z.strictObject({}) },
  answers: begun,
  async handle({ daemon, params: { repository } }) {
    const definition = await known(daemon, repository);
    const { runtime } = daemon;
    return begin(daemon, 'upgrade', definition, async (operation) => {
      const backend = await runtime.repositories.backend(definition, operation.signal);
      const facts = await backend.upgrade(operation);
      return { schema: 'umbra.repository/1', ...upgradedDocument(definition, facts) };
    });
  },
});

export const copySingleSnapshots = defineRoute({
  method: 'post',
  path: '/v1/repositories/{repository}/copies',
  access: 'control',
  summary: 'Copies single snapshots into a repository, and reads back what came',
  input: {
    params,
    body: z.strictObject({ from: name, snapshots: z.array(snapshotId).check(z.minLength(1), z.maxLength(5000)) }),
  },
  answers: begun,
  async handle({ daemon, params: { repository }, body: { from, snapshots } }) {
    const to = await known(daemon, repository);
    const { runtime, live } = daemon;
    const question = { from: repositoryNamed(live.current, from), to, snapshots };
    return begin(daemon, 'copy', to, async (operation) => {
      const copied = await copySnapshots(runtime, question, operation);
      return { schema: 'umbra.snapshot-copies/1', ...snapshotCopiesDocument(to.name, from, copied) };
    });
  },
});

export const createConfiguredRepository = defineRoute({
  method: 'post',
  path: '/v1/repositories/{repository}/create',
  access: 'control',
  summary:
    'Makes a repository of the configuration where it is to be, and a password if it has none and no other place is named',
  input: {
    params,
    body: z.strictObject({
      /** Another one, so that what is copied between both is stored once. */
      sameChunkerAs: z.optional(name),
    }),
  },
  answers: begun,
  async handle({ daemon, params: { repository }, body: wanted }) {
    const definition = await known(daemon, repository);
    const sources = { ...daemon.runtime, configuration: daemon.live.current };
    return begin(daemon, 'create', definition, async (operation) => {
      const created = await createRepository(sources, definition, wanted, operation);
      return { schema: 'umbra.repository/1', ...createdDocument(definition, created) };
    });
  },
});

export const adoptSnapshots = defineRoute({
  method: 'post',
  path: '/v1/repositories/{repository}/adopt',
  access: 'control',
  summary: 'Takes the snapshots of a repository into the history, as runs that prove nothing',
  input: { params, body: z.strictObject({}) },
  answers: begun,
  async handle({ daemon, params: { repository } }) {
    const definition = await known(daemon, repository);
    return begin(daemon, 'adopt', definition, async (operation) => {
      const adoption = await adoptRepository(daemon.runtime, definition, operation);
      return { schema: 'umbra.repository/1', ...adoptedDocument(definition, adoption) };
    });
  },
});

export const updateCatalogOf = defineRoute({
  method: 'post',
  path: '/v1/repositories/{repository}/catalog/update',
  access: 'control',
  summary: 'Takes what is new in a repository into its catalog; with `rebuild` it begins with an empty one',
  input: { params, body: z.strictObject({ rebuild: z.optional(z.boolean()) }) },
  answers: begun,
  async handle({ daemon, params: { repository }, body: wanted }) {
    const definition = await known(daemon, repository);
    return begin(daemon, 'catalog', definition, async (operation) => ({
      schema: 'umbra.catalog-update/1',
      ...(await daemon.updateCatalog(definition, wanted, operation)),
    }));
  },
});
