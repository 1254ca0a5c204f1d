import { decodeJsonLine, runOfTags, textIn, UmbraError } from '@umbracore/contracts';

/**
 * borg knows no tags. What a snapshot is called when it is made stands in the comment of its archive, which comes into being with it;
 * later changes stand in its name, for a renaming is one step that happens whole or not at all, and costs nothing however large
 * the archive is.
 */
export interface ArchiveIdentity {
  readonly tags: readonly string[];
  /** As it was asked for; undefined in archives that others made. */
  readonly host: string | undefined;
  readonly paths: readonly string[] | undefined;
  /** The id that it had before its name was changed first. */
  readonly original: string | undefined;
}

/** The comment of an archive. */
export const commentFor = (tags: readonly string[], host: string, paths: readonly string[]): string =>
  JSON.stringify({ umbra: 1, tags, host, paths });

/** The name of the archive of one run: borg never makes two of a name. */
export const nameFor = (tags: readonly string[], random: string): string => `umbra-${runOfTags(tags) ?? random}`;

/** Between the name that an archive was made with and what was changed since. */
const separator = '~umbra:';

/** Everything but what borg or this file would read otherwise. */
const encoded = (tag: string): string => tag.replaceAll(/[%,/{}:~\s]/g, encodeURIComponent).replaceAll('~', '%7E');

/** The name of an archive that has these tags from now on. */
export const renamed = (name: string, original: string, tags: readonly string[]): string =>
  `${baseOf(name)}${separator}${original}:${tags.map(encoded).join(',')}`;

/** The name that it was made with: under it it has the tags of its comment again, and its first id. */
export const baseOf = (name: string): string => name.split(separator)[0] ?? name;

/** What is known of an archive by its name and its comment. */
export function identityOf(name: string, comment: string): ArchiveIdentity {
  const born = bornAs(comment);
  const [, change] = name.split(separator);
  const [, original, tags] = /^([0-9a-f]{64}):(.*)$/s.exec(change ?? '') ?? [];
  if (original === undefined || tags === undefined) return { ...born, original: undefined };
  return { ...born, original, tags: tags === '' ? [] : tags.split(',').map(decodeURIComponent) };
}

/** The tags that it was made with. */
export const bornTags = (comment: string): readonly string[] => bornAs(comment).tags;

function bornAs(comment: string): Omit<ArchiveIdentity, 'original'> {
  const message = decodeJsonLine(comment) ?? {};
  if (message['umbra'] !== 1) return { tags: [], host: undefined, paths: undefined };
  return { tags: textsIn(message['tags']), host: textIn(message, 'host'), paths: textsIn(message['paths']) };
}

const textsIn = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];

/** What borg leaves behind when it is stopped: parts of an archive, which are not saved states. */
export const isLeftover = (name: string): boolean => /\.(?:checkpoint(?:\.\d+)?|recreate)$/.test(name);

/** True for what an interrupted backup of ours has left. */
export const isOwnLeftover = (name: string): boolean => name.startsWith('umbra-') && isLeftover(name);

/** One that is empty or holds a comma would come back as another one. */
export function checkTags(tags: readonly string[]): void {
  const wrong = tags.find((tag) => tag === '' || tag.includes(','));
  if (wrong === undefined) return;
  throw new UmbraError('usage.invalid', `"${wrong}" cannot be a tag`, {
    hint: 'Use tags without commas, at least one character long.',
  });
}
