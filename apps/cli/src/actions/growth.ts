import { UmbraError } from '@umbracore/contracts';
import { totalsAt } from '@umbracore/runtime/history';
import type { Action } from '../command.ts';
import type { GrowthFlags } from '../commands/growth.ts';
import { growthDocument } from '../documents/growth-document.ts';
import { growthOf, type FolderGrowth } from '../growth/growth-of.ts';
import { commonFolder } from '../listing/listing-at.ts';
import { printable } from '../output/printable.ts';
import { formatCount, formatSize } from '../output/sizes.ts';
import { dayTime } from '../output/times.ts';
import { findPair, type FoundPair } from '../refs/find-pair.ts';
import { placeOf } from '../refs/path-inside.ts';
import type { Session } from '../session.ts';

export const action: Action<GrowthFlags> = async (session, refs, flags) => {
  const pair = await findPair(session, refs, flags);
  const { from, to } = pair;
  const { signal } = session.interrupt;
  const folder = await folderOf(pair, signal);
  const before = await totalsAt(pair, from.id, folder, { signal });
  const after = await totalsAt(pair, to.id, folder, { signal });
  const growth = growthOf(before, after);
  const shown = growth.slice(0, flags.limit);
  if (session.json) return session.document('growth', growthDocument({ ...pair, path: folder, folders: shown }));
  const [first, second] = [from, to].map(({ shortId, time }) => `${shortId} (${dayTime(time, session.now())})`);
  session.notice(`From ${first} to ${second} in ${pair.repository.name}, ${printable(folder)}`);
  show(session, shown, folder);
};

async function folderOf(pair: FoundPair, signal: AbortSignal): Promise<string> {
  const { from, to, path } = pair;
  if (path === undefined) return commonFolder(to.paths);
  const place = await placeOf(pair, [to, from], path, { signal });
  if (place !== undefined) return place;
  throw new UmbraError('snapshot.absent', `the snapshots ${from.shortId} and ${to.shortId} have no ${path}`, {
    hint: `See what they have: umbra ls ${to.shortId}`,
  });
}

function show(session: Session, growth: readonly FolderGrowth[], folder: string): void {
  const signed = (value: number, text: string): string => (value < 0 ? `-${text}` : `+${text}`);
  const rows = growth.map(({ path, before, after }) => {
    const [bytes, files] = [after.bytes - before.bytes, after.files - before.files];
    const name = path.slice(folder === '/' ? 1 : folder.length + 1);
    return [
      printable(name),
      formatSize(before.bytes),
      formatSize(after.bytes),
      bytes === 0 ? session.signs.none : signed(bytes, formatSize(Math.abs(bytes))),
      files === 0 ? '' : signed(files, formatCount(Math.abs(files))),
    ];
  });
  if (rows.length === 0) return session.notice('Both are empty there.');
  const right = { align: 'right' } as const;
  session.sayTable(
    [
      { title: 'name' },
      { title: 'before', ...right },
      { title: 'after', ...right },
      { title: 'change', ...right },
      { title: 'files', ...right },
    ],
    rows,
  );
}
