import { isJsonObject, type JsonObject, type Snapshot, textIn } from '@umbracore/contracts';
import { bornTags, identityOf } from '../archive-identity.ts';
import { instantOf } from './values.ts';

/** An archive of the list: what the rest of the product knows of it, and the name by which borg is asked for it. */
export interface Archive {
  readonly name: string;
  readonly snapshot: Snapshot;
  /** What it was tagged with when it was made. */
  readonly bornTags: readonly string[];
}

/** What borg is asked to tell of each archive beside its name and its id. */
export const archiveFormat = '{start}{comment}{hostname}{username}{command_line}';

const shortIdLength = 8;

export function decodeArchive(value: unknown): Archive | undefined {
  if (!isJsonObject(value)) return undefined;
  const [name, id] = [textIn(value, 'name'), textIn(value, 'id')];
  if (name === undefined || id === undefined) return undefined;
  const comment = textIn(value, 'comment') ?? '';
  const { tags, host, paths, original } = identityOf(name, comment);
  const snapshot = {
    id,
    shortId: id.slice(0, shortIdLength),
    time: instantOf(textIn(value, 'start')),
    host: host ?? textIn(value, 'hostname') ?? '',
    user: textIn(value, 'username') ?? '',
    paths: paths ?? pathsIn(value),
    tags,
    parent: undefined,
    original: original === id ? undefined : original,
    tree: undefined,
    summary: undefined,
  };
  return { name, snapshot, bornTags: bornTags(comment) };
}

/** Of an archive that others made: the absolute paths at the end of borg's command line. */
function pathsIn(value: JsonObject): readonly string[] {
  const line = value['command_line'];
  const words = Array.isArray(line) ? line.filter((word) => typeof word === 'string') : [];
  const archive = words.findLastIndex((word) => word.includes('::'));
  return archive === -1 ? [] : words.slice(archive + 1).filter((word) => word.startsWith('/'));
}
