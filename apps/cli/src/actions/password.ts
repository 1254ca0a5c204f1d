import { resolve } from 'node:path';
import { UmbraError, type Backend, type KeyRecord, type RepositoryDefinition, type Secret } from '@umbracore/contracts';
import { isSameKey, passwordDocument, passwordsDocument, type PasswordChange } from '@umbracore/runtime/documents';
import { repositoryNamed } from '@umbracore/runtime/history';
import type { Action } from '../command.ts';
import type { AddPasswordFlags, PasswordSource } from '../commands/repo-keys.ts';
import { addPassword, newPassword, removableKey, rotatePassword } from '../doors/configuration.ts';
import { printable } from '../output/printable.ts';
import { formatQuantity } from '../output/sizes.ts';
import { relativeTime } from '../output/times.ts';
import { confirm } from '../prompt/prompt.ts';
import type { Session } from '../session.ts';

export const list: Action<object> = async (session, [name = '']) => {
  const { backend } = await opened(session, name);
  const { signal } = session.interrupt;
  const [keys, machineKey] = [await backend.keys({ signal }), await backend.machineKey({ signal })];
  const kindOf = ({ id, current }: KeyRecord): string =>
    isSameKey(id, machineKey?.id) ? 'machine key' : current ? 'of the configuration' : '';
  if (session.json) return session.document('passwords', passwordsDocument(name, keys, machineKey));
  const rows = keys.map((key) => [
    key.id.slice(0, 8),
    printable(`${key.user}@${key.host}`),
    relativeTime(key.createdAt, session.now()),
    kindOf(key),
  ]);
  session.sayTable([{ title: 'key' }, { title: 'made by' }, { title: 'made' }, { title: '' }], rows);
};

export const add: Action<AddPasswordFlags> = async (session, [name = ''], { from, output }) => {
  if ((from === undefined) === (output === undefined)) {
    throw new UmbraError('usage.invalid', 'the new password comes from a file, or is made and written to one', {
      hint: 'Give --from FILE or --output FILE.',
    });
  }
  const { backend } = await opened(session, name);
  const file = resolve(session.cwd, from ?? output ?? '');
  const known = from === undefined ? undefined : await readPassword(session, from);
  const id = await addPassword(backend, { known, file }, { signal: session.interrupt.signal });
  if (session.json) return answer(session, name, { added: id, file });
  session.done(`key ${id.slice(0, 8)} added to ${name}, its password is in ${printable(file)}`);
};

export const rotate: Action<PasswordSource> = async (session, [name = ''], { from }) => {
  const { repositories, configuration } = await session.runtime();
  const definition = repositoryNamed(configuration, name);
  const { signal } = session.interrupt;
  const next = from === undefined ? newPassword() : await readPassword(session, from);
  const done = await rotatePassword({ configuration, repositories, definition, next }, { signal });
  const others = (await (await repositories.backend(definition, signal)).keys({ signal })).length - 1;
  if (session.json) return answer(session, name, done);
  const finished = done.finished ? ', as an earlier call had begun' : '';
  const old = done.removed === undefined ? [] : [`the old one opens it no more (key ${done.removed.slice(0, 8)})`];
  session.done(`${name} has a new password in ${printable(done.file)}${finished}`, ...old);
  if (others > 0)
    session.notice(
      `${formatQuantity(others, 'other key')} ${others === 1 ? 'opens' : 'open'} it too: umbra repo password list ${name}`,
    );
  session.notice(`Keep a copy of it somewhere else, and print a new kit if you have one: umbra repo kit ${name}`);
};

export const remove: Action<object> = async (session, [name = '', wanted = '']) => {
  const { backend, definition } = await opened(session, name);
  const { signal } = session.interrupt;
  const key = await removableKey(backend, { repository: definition.name, wanted }, { signal });
  const made = `made by ${printable(`${key.user}@${key.host}`)} ${relativeTime(key.createdAt, session.now())}`;
  if (!(await confirm(session, `Remove key ${key.id.slice(0, 8)} of ${name}, ${made}?`, false))) {
    throw new UmbraError('run.cancelled', 'nothing was removed');
  }
  await backend.removeKey(key.id, { signal });
  if (session.json) return answer(session, name, { removed: key.id });
  session.done(`key ${key.id.slice(0, 8)} of ${name} is removed: its password opens it no more`);
};

async function opened(
  session: Session,
  name: string,
): Promise<{ readonly backend: Backend; readonly definition: RepositoryDefinition }> {
  const { repositories, configuration } = await session.runtime();
  const definition = repositoryNamed(configuration, name);
  return { definition, backend: await repositories.backend(definition, session.interrupt.signal) };
}

async function readPassword(session: Session, file: string): Promise<Secret> {
  const { secrets } = await session.runtime();
  return secrets.resolve({ scheme: 'file', target: resolve(session.cwd, file) }, session.interrupt.signal);
}

const answer = (session: Session, repository: string, change: PasswordChange): void =>
  session.document('password', passwordDocument(repository, change));
