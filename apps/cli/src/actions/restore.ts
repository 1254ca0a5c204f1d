import { isAbsolute, join, resolve } from 'node:path';
import { UmbraError, type OverwriteMode, type RestoreResult, type SnapshotEntry } from '@umbracore/contracts';
import { exitCodes } from '@umbracore/runtime/documents';
import type { Action } from '../command.ts';
import type { RestoreFlags } from '../commands/restore.ts';
import { formatQuantity, formatSize } from '../output/sizes.ts';
import { printable } from '../output/printable.ts';
import { operationView } from '../progress/operation-view.ts';
import { askChoice, confirm } from '../prompt/prompt.ts';
import { findSnapshot, type FoundSnapshot } from '../refs/find-snapshot.ts';
import { entriesAt } from '../refs/path-inside.ts';
import { lookUp } from '../restore/look-up.ts';
import { previewRestore, type RestorePreview } from '../restore/preview.ts';
import { showPreview } from '../restore/show-preview.ts';
import { newFolder } from '../restore/new-folder.ts';
import { selection } from '../restore/pattern.ts';
import type { Session } from '../session.ts';

export const action: Action<RestoreFlags> = async (session, [text = '', ...paths], flags) => {
  if (flags.inPlace === true && flags.to !== undefined) {
    throw new UmbraError('usage.invalid', '--to and --in-place exclude each other', { hint: 'Give one of them.' });
  }
  const found = await findSnapshot(session, text, flags.repository);
  const chosen = await chosenEntries(session, found, text, paths, flags);
  const target = targetOf(session, found, flags);
  const first = preview(chosen, target, flags.overwrite ?? 'if-newer');
  if (session.verbosity >= 0 || flags.dryRun === true) showPreview(session, first, target);
  if (flags.dryRun === true) return exitCodes.done;
  const mode = await agreedMode(session, first, flags);
  if (mode === undefined) throw new UmbraError('run.cancelled', 'nothing was restored');
  const planned = mode === (flags.overwrite ?? 'if-newer') ? first : preview(chosen, target, mode);
  return carryOut(session, found, chosen, { target, mode, verify: flags.verify ?? false, planned });
};

interface Chosen {
  /** What restic is told to bring; empty for everything. */
  readonly include: readonly string[];
  readonly entries: readonly SnapshotEntry[];
}

async function chosenEntries(
  session: Session,
  { ref, snapshot, backend }: FoundSnapshot,
  text: string,
  more: readonly string[],
  { include = [], exclude = [] }: RestoreFlags,
): Promise<Chosen> {
  const { signal } = session.interrupt;
  const wanted = [...(ref.path === undefined ? [] : [ref.path]), ...more];
  const roots: string[] = [];
  const all = new Map<string, SnapshotEntry>();
  for (const path of wanted.length === 0 ? [undefined] : wanted) {
    const { root, entries } = await entriesAt(backend, snapshot, path, { signal });
    if (entries.length === 0) throw nothingAt(snapshot.shortId, path, text);
    if (root !== undefined && root !== '/') roots.push(root);
    for (const entry of entries) all.set(entry.path, entry);
  }
  if (include.length === 0 && exclude.length === 0) return { include: roots, entries: [...all.values()] };
  const fits = selection(include, exclude);
  const entries = [...all.values()].filter(({ path, type }) => type !== 'dir' && fits(path));
  if (entries.length === 0) {
    throw new UmbraError('usage.invalid', 'no file fits what --include and --exclude leave', {
      hint: 'See `umbra help patterns`.',
    });
  }
  return { include: entries.map(({ path }) => path), entries };
}

function nothingAt(shortId: string, path: string | undefined, text: string): UmbraError {
  if (path === undefined) return new UmbraError('snapshot.absent', `the snapshot ${shortId} is empty`);
  return new UmbraError('snapshot.absent', `the snapshot ${shortId} has no ${path}`, {
    hint: `See what it has: umbra ls ${text.split(':')[0]}`,
  });
}

function targetOf(session: Session, { snapshot }: FoundSnapshot, { to, inPlace }: RestoreFlags): string {
  if (inPlace === true) return '/';
  if (to === '') throw new UmbraError('usage.invalid', '--to is empty', { hint: 'Give a folder.' });
  return to === undefined ? newFolder(session.cwd, `restored-${snapshot.shortId}`) : resolve(session.cwd, to);
}

function preview({ entries }: Chosen, target: string, mode: OverwriteMode): RestorePreview {
  return previewRestore(entries, (path) => join(target, path), lookUp, mode);
}

/** What the person agrees to; undefined if to nothing. A new folder needs no question. */
async function agreedMode(
  session: Session,
  planned: RestorePreview,
  flags: RestoreFlags,
): Promise<OverwriteMode | undefined> {
  const mode = flags.overwrite ?? 'if-newer';
  if (session.globals.yes === true) return mode;
  if (planned.newer.length > 0 && flags.overwrite === undefined) {
    return askMode(session, planned.newer.length);
  }
  if (flags.inPlace !== true && planned.counts.replace === 0) return mode;
  return (await confirm(session, 'Restore as shown above?', true)) ? mode : undefined;
}

async function askMode(session: Session, count: number): Promise<OverwriteMode | undefined> {
  const files = formatQuantity(count, 'file');
  const message = `${files} of yours ${count === 1 ? 'is' : 'are'} newer. What now?`;
  const choice = await askChoice(session, { message, flag: '--overwrite, -y' }, [
    { value: 'if-newer', label: 'keep mine' },
    { value: 'if-changed', label: 'replace mine' },
    { value: 'cancel', label: 'restore nothing' },
  ]);
  return choice === 'cancel' ? undefined : choice;
}

interface Undertaking {
  readonly target: string;
  readonly mode: OverwriteMode;
  readonly verify: boolean;
  readonly planned: RestorePreview;
}

async function carryOut(
  session: Session,
  { backend, snapshot }: FoundSnapshot,
  { include }: Chosen,
  { target, mode, verify, planned }: Undertaking,
): Promise<number> {
  if (!isAbsolute(target)) throw new UmbraError('restore.target', `${target} is not an absolute path`);
  const view = operationView(session, `restoring ${snapshot.shortId}`);
  let result: RestoreResult;
  try {
    result = await backend.restore(
      { snapshot: snapshot.id, target, include, exclude: [], overwrite: mode, verify },
      { signal: session.interrupt.signal, report: (progress) => view.show(progress) },
    );
  } finally {
    view.close();
  }
  tell(session, result, { target, verify, mode, planned });
  return result.failedCount > 0 ? exitCodes.failed : exitCodes.done;
}

function tell(session: Session, result: RestoreResult, { target, verify, planned }: Undertaking): void {
  if (session.json) {
    const { filesRestored, bytesRestored, filesSkipped, failed, failedCount } = result;
    const exitCode = failedCount > 0 ? exitCodes.failed : exitCodes.done;
    const numbers = { filesRestored, bytesRestored, filesSkipped, failedCount, failed, verified: verify };
    session.stdout.line(
      JSON.stringify({ schema: 'umbra.event/1', type: 'restore.finished', target, exitCode, ...numbers }),
    );
    return;
  }
  const { style } = session.stdout;
  const kept = planned.counts.keep + planned.counts.unchanged;
  const skipped = kept === 0 ? '' : `, ${kept} left as they are`;
  const compared = verify ? ', compared after writing: identical' : '';
  const sign = result.failedCount > 0 ? style.yellow(session.signs.attention) : style.green(session.signs.good);
  // The engine counts folders too; the plan does not.
  const written = planned.counts.create + planned.counts.replace - result.failedCount;
  const amount = `${formatQuantity(Math.max(0, written), 'file')}, ${formatSize(result.bytesRestored)}`;
  session.say(`${sign} restored ${amount}${skipped}${result.failedCount > 0 ? '' : compared}`);
  if (target !== '/') session.say(`  in ${printable(target)}`);
  for (const { path, reason } of result.failed.slice(0, 20))
    session.say(`  ${style.red(printable(path))}  ${printable(reason)}`);
  if (result.failedCount > 0) session.say(`  ${formatQuantity(result.failedCount, 'item')} could not be restored`);
}
