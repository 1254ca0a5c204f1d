import { join, relative, resolve } from 'node:path';
import { nameForm, reasonOf, UmbraError, type Configuration } from '@umbracore/contracts';
import { adoptedDocument } from '@umbracore/runtime/documents';
import { repositoryNamed } from '@umbracore/runtime/history';
import type { Action } from '../command.ts';
import type { AdoptFlags } from '../commands/repo.ts';
import {
  addRepository,
  editConfigurationFile,
  proposedConfiguration,
  readConfiguration,
} from '../doors/configuration.ts';
import { adoptRepository } from '../doors/repositories.ts';
import { printable } from '../output/printable.ts';
import { formatCount, formatQuantity } from '../output/sizes.ts';
import { withView } from '../progress/operation-view.ts';
import { backendAt, findRepository, isLocation, isRemote } from '../repo/find-repository.ts';
import type { Session } from '../session.ts';

/** A name of the configuration, or a place that is put into it. */
export const action: Action<AdoptFlags> = async (session, [word = ''], flags) => {
  const before = await readConfiguration(session.place());
  if (before.repositories.has(word) || !isLocation(word)) return openAndTell(session, word);
  const { name, file, undo } = await enter(session, before, word, flags);
  try {
    await openAndTell(session, name);
  } catch (error) {
    await undo();
    throw error;
  }
  const near = relative(session.cwd, file);
  session.notice(`Entered as ${name} in ${near.startsWith('..') ? file : near}; nothing else in the file changed.`);
};

/** Jobs that name no repository mean the only one there is. */
function refuse(cause: unknown): never {
  const why = reasonOf(cause);
  throw new UmbraError('config.invalid-value', `with one more repository the configuration would be wrong: ${why}`, {
    hint: 'Let every job name its repository first (`repository: NAME`).',
    cause,
  });
}

async function openAndTell(session: Session, name: string): Promise<void> {
  const runtime = await session.runtime();
  const definition = repositoryNamed(runtime.configuration, name);
  const { signal } = session.interrupt;
  const adoption = await withView(session, `adopting ${name}`, (report) =>
    adoptRepository(runtime, definition, { signal, report }),
  );
  const { location, id, format, snapshots, adopted } = adoptedDocument(definition, adoption);
  if (session.json) return session.document('repository', adoptedDocument(definition, adoption));
  const held = formatQuantity(snapshots, 'snapshot');
  const came = adopted > 0 ? [`${formatCount(adopted)} came into the history: umbra history --repo ${name}`] : [];
  session.done(`${name} ${id.slice(0, 8)} at ${printable(location)}: format ${format}, ${held}`, ...came);
}

/** Writes the repository into the configuration; `undo` takes it out again, unless somebody else wrote there since. */
async function enter(session: Session, configuration: Configuration, word: string, flags: AdoptFlags) {
  const { file } = configuration;
  if (file === undefined) {
    throw new UmbraError('config.absent', 'there is no configuration to enter the repository in', {
      hint: 'Make one with `umbra init LOCATION --adopt --password-file FILE`.',
    });
  }
  if (flags.passwordFile === undefined) {
    throw new UmbraError('usage.invalid', 'an existing repository needs its own password', {
      hint: 'Write it to a file of mode 0600 and give --password-file.',
    });
  }
  const url = isRemote(word) ? word : findRepository(absolute(session, word));
  const name = nameFor(flags.name, url);
  const backend = backendAt(url);
  const entry = {
    url,
    backend: backend === 'restic' ? undefined : backend,
    password: `file:${absolute(session, flags.passwordFile)}`,
    env: flags.env === undefined ? undefined : Object.fromEntries(flags.env.map((one) => [one, `env:${one}`])),
    options: flags.option === undefined ? undefined : Object.fromEntries(flags.option.map(pairOf)),
  };
  let before = '';
  const text = await editConfigurationFile(file, async (current) => {
    const edited = addRepository((before = current), name, entry);
    await proposedConfiguration(session.place(), edited).catch(refuse);
    return edited;
  });
  const undo = () => editConfigurationFile(file, (current) => (current === text ? before : current));
  return { name, file, undo };
}

/** The shell leaves `~` alone in quotes and behind `=`. */
const absolute = ({ cwd, home }: Session, path: string): string =>
  path === '~' || path.startsWith('~/') ? join(home, path.slice(1)) : resolve(cwd, path.replace(/^local:/, ''));

function nameFor(given: string | undefined, location: string): string {
  const last = location.split(/[\\/:]/).findLast((part) => part !== '') ?? '';
  const name = given ?? last;
  if (nameForm.test(name)) return name;
  throw new UmbraError('usage.invalid', `"${name}" cannot be a name`, {
    hint: 'Give --name with letters, digits, "-", "_" and ".", a letter or digit first.',
  });
}

function pairOf(text: string): readonly [string, string] {
  const at = text.indexOf('=');
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)];
  throw new UmbraError('usage.invalid', `"${text}" is no option`, {
    hint: 'Write it as restic does: --option s3.region=eu-central-1.',
  });
}
