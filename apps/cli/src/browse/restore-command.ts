import type { SnapshotEntry } from '@umbracore/contracts';

/** The command line that restores what was marked, to be looked at and run. */
export const restoreCommand = (snapshot: string, repository: string, marked: readonly SnapshotEntry[]): string =>
  ['umbra restore', snapshot, ...marked.map(({ path }) => word(path)), '--repository', repository].join(' ');

/** As a shell reads it back. What a terminal would obey, it writes in another way. */
function word(text: string): string {
  if (/^[\w@%+=:,./-]+$/.test(text)) return text;
  // oxlint-disable-next-line no-control-regex
  if (!/[\u0000-\u001f\u007f-\u009f]/.test(text)) return `'${text.replaceAll("'", String.raw`'\''`)}'`;
  const escaped = text.replaceAll(/[\\']/g, String.raw`\$&`);
  return `$'${escaped.replaceAll(/\p{Cc}/gu, (character) => bytesOf(character))}'`;
}

const bytesOf = (character: string): string =>
  [...Buffer.from(character)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
