import type { RepositoryDefinition, Secret } from '@umbracore/contracts';
import { addPassword, newPassword, removableKey, rotatePassword } from '@umbracore/runtime';
import { passwordDocument, type PasswordChange } from '@umbracore/runtime/documents';
import { repositoryNamed } from '@umbracore/runtime/history';
import * as z from 'zod/mini';
import type { Daemon } from '../daemon.ts';
import { defineRoute, type Answer } from '../http/route.ts';
import { absolutePath, name } from './inputs.ts';

const params = z.object({ repository: name });
const answers = { 200: { text: 'What changed; never a password', document: 'password' } };

/** Where the daemon is. A password itself is never sent, neither way. */
const file = absolutePath;

const answerOf = ({ name: own }: RepositoryDefinition, change: PasswordChange): Answer => ({
  document: { schema: 'umbra.password/1', ...passwordDocument(own, change) },
});

export const addRepositoryPassword = defineRoute({
  method: 'post',
  path: '/v1/repositories/{repository}/passwords',
  access: 'control',
  summary: 'Adds a password: the one in the file `from`, or a new one that is written to the new file `output`',
  input: { params, body: z.union([z.strictObject({ from: file }), z.strictObject({ output: file })]) },
  answers,
  async handle({ daemon, params: { repository }, body }) {
    const { definition, backend } = await opened(daemon, repository);
    const known = 'from' in body ? await passwordIn(daemon, body.from) : undefined;
    const place = 'from' in body ? body.from : body.output;
    const added = await addPassword(backend, { known, file: place }, { signal: daemon.stopping });
    return answerOf(definition, { added, file: place });
  },
});

export const rotateRepositoryPassword = defineRoute({
  method: 'post',
  path: '/v1/repositories/{repository}/passwords/rotate',
  access: 'control',
  summary: 'Replaces the password of the configuration by the one in the file `from`, or by a new one',
  input: { params, body: z.strictObject({ from: z.optional(file) }) },
  answers,
  async handle({ daemon, params: { repository }, body: { from } }) {
    const { live, runtime, stopping: signal } = daemon;
    const definition = repositoryNamed(live.current, repository);
    const next = from === undefined ? newPassword() : await passwordIn(daemon, from);
    const request = { configuration: live.current, repositories: runtime.repositories, definition, next };
    // Whoever asked may be gone: what was begun is finished.
    return answerOf(definition, await rotatePassword(request, { signal }));
  },
});

export const removeRepositoryPassword = defineRoute({
  method: 'post',
  path: '/v1/repositories/{repository}/passwords/remove',
  access: 'control',
  summary: 'Removes a key, so that its password opens the repository no more; never the one of the configuration',
  input: { params, body: z.strictObject({ key: z.string().check(z.regex(/^[0-9a-f]{8,64}$/, 'is no id of a key')) }) },
  answers,
  async handle({ daemon, params: { repository }, body: { key: wanted } }) {
    const { definition, backend } = await opened(daemon, repository);
    const operation = { signal: daemon.stopping };
    const { id } = await removableKey(backend, { repository: definition.name, wanted }, operation);
    await backend.removeKey(id, operation);
    return answerOf(definition, { removed: id });
  },
});

async function opened({ live, runtime, stopping }: Daemon, repository: string) {
  const definition = repositoryNamed(live.current, repository);
  return { definition, backend: await runtime.repositories.backend(definition, stopping) };
}

const passwordIn = ({ runtime, stopping }: Daemon, target: string): Promise<Secret> =>
  runtime.secrets.resolve({ scheme: 'file', target }, stopping);
