import type { Backend, MachineKey } from '@umbracore/contracts';
import { machineKeyDocument } from '@umbracore/runtime/documents';
import { repositoryNamed } from '@umbracore/runtime/history';
import type { Action } from '../command.ts';
import { printable } from '../output/printable.ts';
import type { Session } from '../session.ts';

type NoFlags = object;

export const show: Action<NoFlags> = async (session, [name = '']) => {
  const key = await (await backendOf(session, name)).machineKey();
  if (session.json) return answer(session, name, key);
  if (key === undefined) return session.say(none(name));
  const { style } = session.stdout;
  if (key.id !== undefined) return session.say(`${style.green(session.signs.good)} ${keyText(name, key)}`);
  const file = printable(key.file);
  session.say(
    `${style.red(session.signs.bad)} the secret in ${file} opens no key of ${name}: \`umbra repo machine-key add ${name}\` makes a new one`,
  );
};

export const add: Action<NoFlags> = async (session, [name = '']) => {
  const { signal } = session.interrupt;
  const key = await (await backendOf(session, name)).addMachineKey({ signal });
  if (session.json) return answer(session, name, key);
  session.done(keyText(name, key));
  session.notice('Your password opens it as before: keep it. Who can read that file can read the repository.');
};

export const remove: Action<NoFlags> = async (session, [name = '']) => {
  const { signal } = session.interrupt;
  const removed = await (await backendOf(session, name)).removeMachineKey({ signal });
  if (session.json) return answer(session, name, undefined);
  if (removed) session.done(`the machine key of ${name} is removed, and its secret`);
  else session.say(none(name));
};

async function backendOf(session: Session, name: string): Promise<Backend> {
  const { repositories, configuration } = await session.runtime();
  return repositories.backend(repositoryNamed(configuration, name), session.interrupt.signal);
}

/** One document for all three: how it stands now. */
const answer = (session: Session, repository: string, key: MachineKey | undefined): void =>
  session.document('machine-key', machineKeyDocument(repository, key));

const keyText = (name: string, { id = '', file }: MachineKey): string =>
  `machine key ${id.slice(0, 8)} of ${name}, its secret in ${printable(file)}`;

const none = (name: string): string => `${name} has no machine key.`;
