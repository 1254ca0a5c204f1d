import type { GrowthDocument } from '@umbracore/runtime/documents';
import { printable } from '../output/printable.ts';
import { formatCount, formatSize } from '../output/sizes.ts';
import { dayTime } from '../output/times.ts';
import { tellAge } from '../refs/tell-age.ts';
import type { Session } from '../session.ts';

/** Shows how folders grew, whoever found it out. */
export function answerGrowth(session: Session, document: GrowthDocument): void {
  if (session.json) return session.document('growth', document);
  const { repository, from, to, asOf, path, folders } = document;
  if (asOf !== null) tellAge(session, repository, Date.parse(asOf));
  const [first, second] = [from, to].map(
    ({ snapshot, time }) => `${snapshot.slice(0, 8)} (${dayTime(Date.parse(time), session.now())})`,
  );
  session.notice(`From ${first} to ${second} in ${repository}, ${printable(path)}`);
  show(session, folders, path);
}

function show(session: Session, growth: GrowthDocument['folders'], folder: string): void {
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
