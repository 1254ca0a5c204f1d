import type { ListingOperation, OutputLine, Snapshot, SnapshotFilter } from '@umbracore/contracts';
import { readDocument } from '../decode/document.ts';
import { plainText } from '../decode/plain-text.ts';
import { snapshotList, toSnapshot, type SnapshotDocument } from '../decode/snapshot.ts';
import { codeOfText, describeFailure } from '../messages.ts';
import type { Restic } from '../restic.ts';
import { checkTags } from '../tags.ts';

/** Oldest first. */
export async function snapshots(
  restic: Restic,
  filter: SnapshotFilter,
  operation: ListingOperation,
): Promise<readonly Snapshot[]> {
  const documents = await readSnapshots(restic, filter, operation);
  return documents.map(toSnapshot).sort((a, b) => a.time - b.time || (a.id < b.id ? -1 : 1));
}

export function readSnapshots(
  restic: Restic,
  filter: SnapshotFilter,
  { unreadable, ...operation }: ListingOperation,
): Promise<readonly SnapshotDocument[]> {
  // restic takes no ids for "all", and an unknown id is not an error to it: the list is just shorter.
  if (filter.ids?.length === 0) return Promise.resolve([]);
  const call = { name: 'snapshots', flags: filterFlags(filter), operands: filter.ids };
  const stderr = (line: OutputLine): void => {
    const text = restic.mask(passedOver.exec(plainText(line))?.[1] ?? '');
    const code = codeOfText(text, '');
    if (code === undefined || code === 'snapshot.absent') return;
    restic.host.log.warn({ repository: restic.name, error: text }, 'a snapshot cannot be read');
    unreadable?.(describeFailure(code, { what: call.name, repository: restic.name, text }));
  };
  return readDocument(restic, snapshotList, call, operation, { stderr });
}

/** restic lists the others and ends with 0. A file that went meanwhile, or was never there, is told of in the same way. */
const passedOver = /^(?:Ignoring "[0-9a-f]{64}": )?((?:failed to|could not) load snapshot .*)/;

/** Flags that `snapshots` and `find` share. Tags joined by commas must all be there. */
export function filterFlags({ tags, host, path }: SnapshotFilter): readonly string[] {
  checkTags(tags ?? []);
  return [
    ...(tags === undefined || tags.length === 0 ? [] : [`--tag=${tags.join(',')}`]),
    ...(host === undefined ? [] : [`--host=${host}`]),
    ...(path === undefined ? [] : [`--path=${path}`]),
  ];
}
