import { resolve } from 'node:path';
import { Secret, UmbraError, type Backend, type KeyRecord, type RepositoryDefinition } from '@umbracore/contracts';
import { isSameKey, passwordsDocument } from '@umbracore/runtime/documents';
import { repositoryNamed } from '@umbracore/runtime/history';
import type { Action } from '../command.ts';
import type { AddPasswordFlags, PasswordSource } from '../commands/repo-keys.ts';
import { generatePassword, rotatePassword, writeSecretFile } from '../doors/configuration.ts';
import { printable } from '../output/printable.ts';
import { formatQuantity } from '../output/sizes.ts';
import { relativeTime } from '../output/times.ts';
import { confirm } from '../prompt/prompt.ts';
import type { Session } from '../session.ts';

/** 64 letters. */
const passwordBytes = 48;

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
  const secret = from === undefined ? new Secret(generatePassword(passwordBytes)) : await readPassword(session, from);
  // Before the key: one that nobody knows the password of would stay for ever.
  if (output !== undefined) await writeSecretFile(file, secret);
  const id = await backend.addKey(secret, { signal: session.interrupt.signal });
  if (session.json) return answer(session, { repository: name, added: id, file });
  session.say(`${good(session)} key ${id.slice(0, 8)} added to ${name}, its password is in ${printable(file)}`);
};

export const rotate: Action<PasswordSource> = async (session, [name = ''], { from }) => {
  const { repositories, configuration } = await session.runtime();
  const definition = repositoryNamed(configuration, name);
  const { signal } = session.interrupt;
  const next = from === undefined ? new Secret(generatePassword(passwordBytes)) : await readPassword(session, from);
  const done = await rotatePassword({ configuration, repositories, definition, next }, { signal });
  const others = (await (await repositories.backend(definition, signal)).keys({ signal })).length - 1;
  if (session.json) return answer(session, { repository: name, ...done });
  const finished = done.finished ? ', as an earlier call had begun' : '';
  session.say(`${good(session)} ${name} has a new password in ${printable(done.file)}${finished}`);
  if (done.removed !== undefined) session.say(`  the old one opens it no more (key ${done.removed.slice(0, 8)})`);
  if (others > 0)
    session.notice(
      `${formatQuantity(others, 'other key')} ${others === 1 ? 'opens' : 'open'} it too: umbra repo password list ${name}`,
    );
  session.notice(`Keep a copy of it somewhere else, and print a new kit if you have one: umbra repo kit ${name}`);
};

export const remove: Action<object> = async (session, [name = '', wanted = '']) => {
  const { backend, definition } = await opened(session, name);
  const { signal } = session.interrupt;
  const key = chosenKey(definition, await backend.keys({ signal }), wanted);
  if (isSameKey(key.id, (await backend.machineKey({ signal }))?.id)) {
    throw new UmbraError('usage.invalid', `${wanted} is the machine key of ${name}`, {
      hint: `Remove it and its secret with \`umbra repo machine-key remove ${name}\`.`,
    });
  }
  const made = `made by ${printable(`${key.user}@${key.host}`)} ${relativeTime(key.createdAt, session.now())}`;
  if (!(await confirm(session, `Remove key ${key.id.slice(0, 8)} of ${name}, ${made}?`, false))) {
    throw new UmbraError('run.cancelled', 'nothing was removed');
  }
  await backend.removeKey(key.id, { signal });
  if (session.json) return answer(session, { repository: name, removed: key.id });
  session.say(`${good(session)} key ${key.id.slice(0, 8)} of ${name} is removed: its password opens it no more`);
};

function chosenKey({ name }: RepositoryDefinition, keys: readonly KeyRecord[], wanted: string): KeyRecord {
  const [key, other] = keys.filter(({ id }) => wanted !== '' && isSameKey(id, wanted));
  const list = `See \`umbra repo password list ${name}\`.`;
  if (key === undefined) throw new UmbraError('usage.invalid', `${name} has no key "${wanted}"`, { hint: list });
  if (other !== undefined) throw new UmbraError('usage.invalid', `several keys begin with "${wanted}"`, { hint: list });
  if (!key.current) return key;
  throw new UmbraError('usage.invalid', `the password of the configuration opens ${name} with key ${wanted}`, {
    hint: `Replace it with \`umbra repo password rotate ${name}\`.`,
  });
}

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

interface Changed {
  readonly repository: string;
  readonly added?: string;
  readonly removed?: string | undefined;
  readonly file?: string;
  readonly finished?: boolean;
}

const answer = (session: Session, { repository, added, removed, file, finished }: Changed): void =>
  session.document('password', {
    repository,
    added: added ?? null,
    removed: removed ?? null,
    file: file ?? null,
    finished: finished ?? false,
  });

const good = ({ stdout, signs }: Session): string => stdout.style.green(signs.good);
