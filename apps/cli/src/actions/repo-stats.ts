import type { Progress } from '@umbracore/contracts';
import type { RepositoryFigures } from '@umbracore/runtime';
import { repositoryFiguresDocument } from '@umbracore/runtime/documents';
import { repositoryNamed } from '@umbracore/runtime/history';
import type { Action } from '../command.ts';
import type { StatsFlags } from '../commands/repo-care.ts';
import { gatherFigures } from '../doors/repositories.ts';
import { formatCount, formatSize } from '../output/sizes.ts';
import { relativeTime } from '../output/times.ts';
import { operationView } from '../progress/operation-view.ts';
import type { Session } from '../session.ts';

export const action: Action<StatsFlags> = async (session, [name = ''], { unused = false }) => {
  const runtime = await session.runtime();
  const definition = repositoryNamed(runtime.configuration, name);
  const { signal } = session.interrupt;
  const view = unused ? operationView(session, `counting what no snapshot of ${name} needs`) : undefined;
  const report = (progress: Progress): void => view?.show(progress);
  try {
    const figures = await gatherFigures(runtime, definition, { signal, unused, report });
    view?.close();
    if (session.json) session.document('repository-statistics', repositoryFiguresDocument(name, figures));
    else show(session, name, figures, unused);
  } finally {
    view?.close();
  }
};

function show(session: Session, name: string, figures: RepositoryFigures, unused: boolean): void {
  const { style } = session.stdout;
  const rows: (readonly [string, string | undefined])[] = [
    ['snapshots', formatCount(figures.snapshots)],
    ['stored', storedText(figures)],
    ['compression', factor(figures.compression, 'before compression', figures.uncompressedBytes)],
    ['deduplication', factor(figures.deduplication, 'in all snapshots together', figures.sourceBytes)],
    ['unused', unusedText(figures, unused)],
    ['growth', figures.bytesPerDay === undefined ? undefined : `${formatSize(figures.bytesPerDay)} a day`],
    ['quota', quotaText(session, figures)],
  ];
  session.say(style.bold(name));
  const cells = rows.flatMap(([title, text]) => (text === undefined ? [] : [[`  ${style.dim(title)}`, text]]));
  session.sayTable([{ title: '' }, { title: '' }], cells);
}

const storedText = ({ storedBytes, packs }: RepositoryFigures): string =>
  `${formatSize(storedBytes)}${packs === undefined ? '' : ` in ${formatCount(packs)} packs`}`;

const factor = (ratio: number | undefined, of: string, bytes: number | undefined): string | undefined =>
  ratio === undefined ? undefined : `${ratio.toFixed(ratio < 10 ? 2 : 0)} to 1, ${formatSize(bytes ?? 0)} ${of}`;

function unusedText({ unused, unusedBytes }: RepositoryFigures, asked: boolean): string | undefined {
  if (unused !== undefined) return `${(100 * unused).toFixed(1)} %, ${formatSize(unusedBytes ?? 0)}: a prune frees it`;
  return asked ? 'only counted where the repository is on this machine and read by umbra itself' : undefined;
}

function quotaText(session: Session, { quota }: RepositoryFigures): string | undefined {
  if (quota === undefined) return undefined;
  const text = `${Math.round(100 * quota.used)} % of ${formatSize(quota.bytes)}`;
  const full = quota.fullAt === undefined ? '' : `, full ${relativeTime(quota.fullAt, session.now())}`;
  const { style } = session.stdout;
  return quota.isTight ? style.yellow(`${text}${full}`) : `${text}${full}`;
}
