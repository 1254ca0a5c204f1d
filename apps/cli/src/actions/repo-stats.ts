import type { Operation, Progress } from '@umbracore/contracts';
import { repositoryFiguresDocument, type RepositoryFiguresDocument as Figures } from '@umbracore/runtime/documents';
import { repositoryNamed } from '@umbracore/runtime/history';
import type { Action } from '../command.ts';
import type { StatsFlags } from '../commands/repo-care.ts';
import { askDaemon } from '../daemon/ask-daemon.ts';
import { careByDaemon } from '../daemon/care-by-daemon.ts';
import { gatherFigures } from '../doors/repositories.ts';
import { formatCount, formatSize } from '../output/sizes.ts';
import { relativeTime } from '../output/times.ts';
import { withView } from '../progress/operation-view.ts';
import type { Session } from '../session.ts';

export const action: Action<StatsFlags> = async (session, [name = ''], { unused = false }) => {
  const figures = unused
    ? await withView(session, `counting what no snapshot of ${name} needs`, (report) => counted(session, name, report))
    : await figuresFor(session, name);
  if (session.json) session.document('repository-statistics', figures);
  else show(session, figures, unused);
};

const pathOf = (name: string): string => `/v1/repositories/${encodeURIComponent(name)}/statistics`;

const figuresFor = async (session: Session, name: string): Promise<Figures> =>
  (await askDaemon<Figures>(session, pathOf(name), {})) ?? (await figuresHere(session, name, {}));

async function counted(session: Session, name: string, report: (progress: Progress) => void): Promise<Figures> {
  const answered = await careByDaemon<Figures>(session, { path: pathOf(name), body: {}, report });
  return answered ?? (await figuresHere(session, name, { unused: true, report }));
}

async function figuresHere(
  session: Session,
  name: string,
  wanted: Pick<Operation, 'report'> & { readonly unused?: boolean },
): Promise<Figures> {
  const runtime = await session.runtime();
  const definition = repositoryNamed(runtime.configuration, name);
  const { signal } = session.interrupt;
  return repositoryFiguresDocument(name, await gatherFigures(runtime, definition, { ...wanted, signal }));
}

function show(session: Session, figures: Figures, unused: boolean): void {
  const { style } = session.stdout;
  const rows: (readonly [string, string | undefined])[] = [
    ['snapshots', formatCount(figures.snapshots)],
    ['stored', storedText(figures)],
    ['compression', factor(figures.compression, 'before compression', figures.uncompressedBytes)],
    ['deduplication', factor(figures.deduplication, 'in all snapshots together', figures.sourceBytes)],
    ['unused', unusedText(figures, unused)],
    ['growth', figures.bytesPerDay === null ? undefined : `${formatSize(figures.bytesPerDay)} a day`],
    ['quota', quotaText(session, figures)],
  ];
  session.say(style.bold(figures.repository));
  const cells = rows.flatMap(([title, text]) => (text === undefined ? [] : [[`  ${style.dim(title)}`, text]]));
  session.sayTable([{ title: '' }, { title: '' }], cells);
}

const storedText = ({ storedBytes, packs }: Figures): string =>
  `${formatSize(storedBytes)}${packs === null ? '' : ` in ${formatCount(packs)} packs`}`;

const factor = (ratio: number | null, of: string, bytes: number | null): string | undefined =>
  ratio === null ? undefined : `${ratio.toFixed(ratio < 10 ? 2 : 0)} to 1, ${formatSize(bytes ?? 0)} ${of}`;

function unusedText({ unused, unusedBytes }: Figures, asked: boolean): string | undefined {
  if (unused !== null) return `${(100 * unused).toFixed(1)} %, ${formatSize(unusedBytes ?? 0)}: a prune frees it`;
  return asked ? 'only counted where the repository is on this machine and read by umbra itself' : undefined;
}

function quotaText(session: Session, { quota }: Figures): string | undefined {
  if (quota === null) return undefined;
  const text = `${Math.round(100 * quota.used)} % of ${formatSize(quota.bytes)}`;
  const full = quota.fullAt === null ? '' : `, full ${relativeTime(Date.parse(quota.fullAt), session.now())}`;
  const { style } = session.stdout;
  return quota.tight ? style.yellow(`${text}${full}`) : `${text}${full}`;
}
