import type { Backend, MachineKey } from '@umbracore/contracts';
import { machineKeyDocument } from '@umbracore/runtime/documents';
import { repositoryNamed } from '@umbracore/runtime/history';
import type { Action } from '../command.ts';
import { printable } from '../output/printable.ts';
import type { Session } from '../session.ts';

type NoFlags = object;

export const show: Action<NoFlags> = async (session, [name = '']) => {
  const key = await (await backendOf(session, name)).machineKey();
  answer(session, name, key, textOf(session, name, key));
};

export const add: Action<NoFlags> = async (session, [name = '']) => {
  const { signal } = session.interrupt;
  const key = await (await backendOf(session, name)).addMachineKey({ signal });
  answer(session, name, key, textOf(session, name, key));
  session.notice('Your password opens it as before: keep it. Who can read that file can read the repository.');
};

export const remove: Action<NoFlags> = async (session, [name = '']) => {
  const { signal } = session.interrupt;
  const removed = await (await backendOf(session, name)).removeMachineKey({ signal });
  const text = removed ? `${good(session)} the machine key of ${name} is removed, and its secret` : none(name);
  answer(session, name, undefined, text);
};

async function backendOf(session: Session, name: string): Promise<Backend> {
  const { repositories, configuration } = await session.runtime();
  return repositories.backend(repositoryNamed(configuration, name), session.interrupt.signal);
}

/** One document for all three: how it stands now. */
function answer(session: Session, repository: string, key: MachineKey | undefined, text: string): void {
  if (!session.json) return session.say(text);
  session.document('machine-key', machineKeyDocument(repository, key));
}

function textOf(session: Session, name: string, key: MachineKey | undefined): string {
  if (key === undefined) return none(name);
  const file = printable(key.file);
  if (key.id !== undefined)
    return `${good(session)} machine key ${key.id.slice(0, 8)} of ${name}, its secret in ${file}`;
  const bad = session.stdout.style.red(session.signs.bad);
  return `${bad} the secret in ${file} opens no key of ${name}: \`umbra repo machine-key add ${name}\` makes a new one`;
}

const none = (name: string): string => `${name} has no machine key.`;

const good = ({ stdout, signs }: Session): string => stdout.style.green(signs.good);
