import { isJsonObject, type Operation, textIn, UmbraError } from '@umbracore/contracts';
import type { Borg } from '../borg.ts';
import { isLeftover } from '../archive-identity.ts';
import { archiveFormat, decodeArchive, type Archive } from '../decode/archive.ts';
import { verbatim } from '../location.ts';
import { describeFailure } from '../messages.ts';
import { listOnce } from './known-archives.ts';

/** A list of 100 000 archives is about a fifth of it. */
const largestDocument = 512 * 1024 * 1024;

/** What borg tells of a repository and of the archives in it. */
export interface ArchiveList {
  readonly repositoryId: string;
  /** Oldest first. */
  readonly archives: readonly Archive[];
}

/** Whole archives. borg reads one small object for each, unless only names and ids are wanted. */
export async function readArchives(borg: Borg, operation: Operation): Promise<ArchiveList> {
  const list = await ask(borg, [`--format=${archiveFormat}`], operation);
  return { ...list, archives: list.archives.filter(({ name }) => !isLeftover(name)) };
}

/** The repository alone, with the newest archive. */
export const readRepository = (borg: Borg, operation: Operation, deadlineMs: number): Promise<ArchiveList> =>
  ask(borg, ['--last=1'], operation, deadlineMs);

/** Names of everything that is stored under one, what borg has left unfinished included. */
export const readNames = (borg: Borg, operation: Operation): Promise<ArchiveList> =>
  ask(borg, ['--consider-checkpoints'], operation);

async function ask(
  borg: Borg,
  flags: readonly string[],
  operation: Operation,
  deadlineMs?: number,
): Promise<ArchiveList> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const onData = (chunk: Uint8Array): void => {
    size += chunk.length;
    if (size <= largestDocument) chunks.push(Uint8Array.from(chunk));
  };
  borg.throwIfFailed(await borg.read({ name: 'list', flags: ['--json', ...flags] }, { onData, deadlineMs }, operation));
  return decodeList(Buffer.concat(chunks).toString('utf8'));
}

function decodeList(text: string): ArchiveList {
  const parsed = parse(text);
  const repository =
    isJsonObject(parsed) && isJsonObject(parsed['repository']) ? textIn(parsed['repository'], 'id') : undefined;
  if (!isJsonObject(parsed) || repository === undefined || !Array.isArray(parsed['archives'])) {
    throw new UmbraError('engine.output', 'The output of borg list cannot be understood');
  }
  return { repositoryId: repository, archives: parsed['archives'].flatMap((each) => decodeArchive(each) ?? []) };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The archive that a full id, or the beginning of one, stands for. Throws `snapshot.absent` and `snapshot.ambiguous`. */
export async function findArchive(borg: Borg, id: string, operation: Operation): Promise<Archive> {
  const { archives } = await listOnce(borg, () => ask(borg, [], operation));
  const [found, ...more] = archives.filter(({ snapshot }) => snapshot.id.startsWith(id));
  if (found === undefined || id === '') {
    throw describeFailure('snapshot.absent', { what: 'list', repository: borg.name, text: id.slice(0, 16) });
  }
  if (more.length === 0) return found;
  throw new UmbraError('snapshot.ambiguous', `Several snapshots of ${borg.name} match ${id}`, {
    hint: 'Give more characters of the id.',
  });
}

/** A name as borg takes it in an argument beside the repository. */
export const nameArgument = ({ name }: Archive): string => verbatim(name);
