import { posix } from 'node:path';
import { UmbraError } from '@umbracore/contracts';
import { commonFolder, folderAt, placeInSnapshots } from '@umbracore/runtime/history';
import { Browser } from '../browse/browser.ts';
import { browseOnTerminal } from '../browse/on-terminal.ts';
import { restoreCommand } from '../browse/restore-command.ts';
import { versionsOf } from '../browse/versions-of.ts';
import type { Action } from '../command.ts';
import type { BrowseFlags } from '../commands/browse.ts';
import { dayTime } from '../output/times.ts';
import { findReadable } from '../refs/find-readable.ts';

export const action: Action<BrowseFlags> = async (session, [ref = 'latest'], flags) => {
  if (!session.canPrompt || !session.stdout.isTerminal || session.globals.plain === true) {
    const { action: list } = await import('./ls.ts');
    return list(session, [ref], flags);
  }
  const known = await findReadable(session, ref, flags);
  const { snapshot, repository } = known;
  const { path } = known.ref;
  const { signal } = session.interrupt;
  const start =
    path === undefined ? commonFolder(snapshot.paths) : await placeInSnapshots(known, [snapshot], path, { signal });
  if (start === undefined) throw new UmbraError('snapshot.absent', `the snapshot ${snapshot.shortId} has no ${path}`);
  const read = (folder: string) => folderAt(known, snapshot.id, folder, { signal });
  const browser = new Browser(read, (place) => versionsOf(known, place, session.now()), start);
  await browser.enter(start);
  // A source may be a single file.
  if (browser.shown[0]?.path === start) await browser.enter(posix.dirname(start));
  const title = `${snapshot.shortId} of ${dayTime(snapshot.time, session.now())} in ${repository.name}`;
  session.releaseSignals();
  await browseOnTerminal(session, browser, title);
  if (browser.marked.length > 0) session.say(restoreCommand(snapshot.shortId, repository.name, browser.marked));
};
