import { join } from 'node:path';
import {
  isUmbraError,
  UmbraError,
  type Backend,
  type Operation,
  type RestoreResult,
  type UnreadableItem,
} from '@umbracore/contracts';
import type { RestoreRecord, Stage } from '../journal/record.ts';
import { selection } from '../plan/pattern.ts';
import { HeldFolder } from '../target/held-folder.ts';
import { isAsSaved } from './compare.ts';
import { removeTree } from './remove-tree.ts';
import { weed } from './weed.ts';

const tree = Buffer.from('tree');

/** Has the engine bring everything of a stage, and takes out what must not be put in place. */
export async function bring(
  backend: Backend,
  record: RestoreRecord,
  stage: Stage,
  operation: Operation,
): Promise<NonNullable<Stage['staged']>> {
  const result = await engineRestore(backend, record, stage, operation);
  if (result.failedCount > result.failed.length) {
    const message = `${result.failedCount} items could not be restored, too many to tell which: nothing was put in place`;
    throw new UmbraError('restore.incomplete', message, { hint: 'See what is wrong: umbra verify' });
  }
  const target = join(stage.folder, 'tree');
  const failed = result.failed.map(({ path, reason }) => ({
    path: path.startsWith(target) ? path.slice(target.length) : path,
    reason,
  }));
  const bad = await badAmong(backend, record, { target, failed }, operation);
  const { include, exclude } = record.wanted;
  const hasPatterns = include.length + exclude.length > 0;
  if (hasPatterns || bad.length > 0) {
    using folder = HeldFolder.open(target, { follow: false });
    const fits = selection(include, exclude);
    weed(folder, (path) => !bad.includes(path) && (!hasPatterns || fits(path)), hasPatterns);
  }
  return { failed, bad };
}

async function engineRestore(
  backend: Backend,
  { snapshot, verify }: RestoreRecord,
  { folder, include }: Stage,
  operation: Operation,
): Promise<RestoreResult> {
  const target = join(folder, 'tree');
  const spec = { snapshot, target, include, exclude: [], overwrite: 'always', verify } as const;
  try {
    return await backend.restore(spec, operation);
  } catch (error) {
    if (!isUmbraError(error) || error.code !== 'backend.unsupported') throw error;
    // An engine that restores only into empty folders begins once more.
    using held = HeldFolder.open(folder, { follow: false });
    removeTree(held, tree);
    return backend.restore(spec, operation);
  }
}

/**
 * The paths of failed items whose content is wrong, or not known to be right. What failed by its rights or its attributes
 * only is as good as it can be.
 */
async function badAmong(
  backend: Backend,
  { snapshot }: RestoreRecord,
  { target, failed }: { readonly target: string; readonly failed: readonly UnreadableItem[] },
  operation: Operation,
): Promise<readonly string[]> {
  const bad: string[] = [];
  for (const { path } of failed) {
    operation.signal?.throwIfAborted();
    if (!(await isAsSaved(backend, { snapshot, path, file: join(target, path) }, operation))) bad.push(path);
  }
  return bad;
}
