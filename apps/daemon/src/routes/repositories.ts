import { gatherKit, kitDocument, removeDeadLocks } from '@umbracore/runtime';
import {
  catalogDocument,
  machineKeyDocument,
  passwordsDocument,
  repositoriesDocument,
  repositoryFiguresDocument,
  repositoryLookDocument,
  unlockDocument,
} from '@umbracore/runtime/documents';
import { gatherFigures, lookAtRepository, repositoryNamed } from '@umbracore/runtime/history';
import * as z from 'zod/mini';
import type { Daemon } from '../daemon.ts';
import { goneSignal } from '../http/gone.ts';
import { defineRoute, type Exchange } from '../http/route.ts';
import { name, yesOrNo } from './inputs.ts';

const params = z.object({ repository: name });

export const listRepositories = defineRoute({
  method: 'get',
  path: '/v1/repositories',
  access: 'read',
  summary: 'The configured repositories, and which jobs use them; nothing is opened',
  answers: { 200: { text: 'The repositories', document: 'repositories' } },
  handle: ({ daemon: { live } }) => ({
    document: { schema: 'umbra.repositories/1', ...repositoriesDocument(live.current) },
  }),
});

export const showRepository = defineRoute({
  method: 'get',
  path: '/v1/repositories/{repository}',
  access: 'read',
  summary: 'Health, size, snapshots and locks; one that cannot be opened is told of as well',
  input: { params },
  answers: { 200: { text: 'How it is', document: 'repository' } },
  async handle({ daemon: { live, runtime }, params: { repository }, exchange }) {
    const definition = repositoryNamed(live.current, repository);
    const look = await lookAtRepository(runtime, definition, { signal: goneSignal(exchange) });
    return { document: { schema: 'umbra.repository/1', ...repositoryLookDocument(definition, look) } };
  },
});

export const unlockRepository = defineRoute({
  method: 'post',
  path: '/v1/repositories/{repository}/unlock',
  access: 'control',
  summary: 'Removes locks whose owners are provably gone, and no other',
  input: { params, body: z.strictObject({}) },
  answers: { 200: { text: 'Which went, and which are left', document: 'unlock' } },
  async handle({ daemon: { live, runtime, stopping }, params: { repository } }) {
    const definition = repositoryNamed(live.current, repository);
    const report = await removeDeadLocks(runtime, definition, { signal: stopping });
    return { document: { schema: 'umbra.unlock/1', ...unlockDocument(definition.name, report) } };
  },
});

export const showCatalogs = defineRoute({
  method: 'get',
  path: '/v1/catalogs',
  access: 'read',
  summary: 'How complete and how large the catalog of each repository is',
  answers: { 200: { text: 'The catalogs', document: 'catalog' } },
  handle({ daemon: { live, runtime } }) {
    const states = [...live.current.repositories.values()].map((each) => runtime.catalogs.state(each));
    return { document: { schema: 'umbra.catalog/1', ...catalogDocument(states) } };
  },
});

export const dropCatalog = defineRoute({
  method: 'post',
  path: '/v1/repositories/{repository}/catalog/drop',
  access: 'control',
  summary: 'Deletes the catalog of a repository; it comes again when it is filled',
  input: { params, body: z.strictObject({}) },
  answers: { 200: { text: 'How it stands now', document: 'catalog' } },
  handle({ daemon: { live, runtime }, params: { repository } }) {
    const definition = repositoryNamed(live.current, repository);
    runtime.catalogs.remove(definition);
    return { document: { schema: 'umbra.catalog/1', ...catalogDocument([runtime.catalogs.state(definition)]) } };
  },
});

export const dropCatalogs = defineRoute({
  method: 'post',
  path: '/v1/catalogs/drop',
  access: 'control',
  summary: 'Deletes all catalogs, also those of repositories that are not configured any more',
  input: { body: z.strictObject({}) },
  answers: { 200: { text: 'How they stand now', document: 'catalog' } },
  handle({ daemon: { live, runtime } }) {
    runtime.catalogs.removeAll();
    const states = [...live.current.repositories.values()].map((each) => runtime.catalogs.state(each));
    return { document: { schema: 'umbra.catalog/1', ...catalogDocument(states) } };
  },
});

export const showKit = defineRoute({
  method: 'get',
  path: '/v1/repositories/{repository}/kit',
  access: 'read',
  summary: 'What it takes to restore from a repository with its engine alone; never a password',
  input: { params },
  answers: { 200: { text: 'The emergency kit', document: 'kit' } },
  async handle({ daemon: { live, runtime, version }, params: { repository }, exchange }) {
    const { repositories, clock } = runtime;
    const definition = repositoryNamed(live.current, repository);
    const asked = { configuration: live.current, repositories, clock, definition, withPassword: false };
    const facts = await gatherKit({ ...asked, madeBy: version }, { signal: goneSignal(exchange) });
    return { document: { schema: 'umbra.kit/1', ...kitDocument(facts), output: null } };
  },
});

export const showRepositoryStatistics = defineRoute({
  method: 'get',
  path: '/v1/repositories/{repository}/statistics',
  access: 'read',
  summary: 'Size, ratios, growth and quota; with `?unused=true` also what no snapshot needs, which takes longer',
  input: { params, query: z.object({ unused: z.optional(yesOrNo) }) },
  answers: { 200: { text: 'The figures', document: 'repository-statistics' } },
  async handle({ daemon: { live, runtime }, params: { repository }, query: { unused }, exchange }) {
    const definition = repositoryNamed(live.current, repository);
    const figures = await gatherFigures(runtime, definition, { unused, signal: goneSignal(exchange) });
    const document = repositoryFiguresDocument(definition.name, figures);
    return { document: { schema: 'umbra.repository-statistics/1', ...document } };
  },
});

export const listPasswords = defineRoute({
  method: 'get',
  path: '/v1/repositories/{repository}/passwords',
  access: 'read',
  summary: 'The keys of a repository, each for one password; never a password',
  input: { params },
  answers: { 200: { text: 'The keys', document: 'passwords' } },
  async handle({ daemon, params: { repository }, exchange }) {
    const { backend, signal, known } = await opened(daemon, repository, exchange);
    const keys = await backend.keys({ signal });
    const document = passwordsDocument(known, keys, await backend.machineKey({ signal }));
    return { document: { schema: 'umbra.passwords/1', ...document } };
  },
});

export const showMachineKey = defineRoute({
  method: 'get',
  path: '/v1/repositories/{repository}/machine-key',
  access: 'read',
  summary: 'Whether the daemon has a key of its own for a repository, and where its secret is',
  input: { params },
  answers: { 200: { text: 'How it stands', document: 'machine-key' } },
  async handle({ daemon, params: { repository }, exchange }) {
    const { backend, signal, known } = await opened(daemon, repository, exchange);
    return answer(known, await backend.machineKey({ signal }));
  },
});

export const changeMachineKey = defineRoute({
  method: 'post',
  path: '/v1/repositories/{repository}/machine-key',
  access: 'control',
  summary: 'Makes a machine key for a repository, or removes it with its secret',
  input: { params, body: z.strictObject({ action: z.enum(['add', 'remove']) }) },
  answers: { 200: { text: 'How it stands now', document: 'machine-key' } },
  async handle({ daemon, params: { repository }, body: { action }, exchange }) {
    const { backend, signal, known } = await opened(daemon, repository, exchange);
    if (action === 'add') return answer(known, await backend.addMachineKey({ signal }));
    await backend.removeMachineKey({ signal });
    return answer(known, undefined);
  },
});

const answer = (...key: Parameters<typeof machineKeyDocument>) => ({
  document: { schema: 'umbra.machine-key/1', ...machineKeyDocument(...key) },
});

async function opened({ live, runtime }: Daemon, repository: string, exchange: Exchange) {
  const definition = repositoryNamed(live.current, repository);
  const signal = goneSignal(exchange);
  return { known: definition.name, signal, backend: await runtime.repositories.backend(definition, signal) };
}
