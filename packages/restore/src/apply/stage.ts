import { join } from 'node:path';
import {
  isUmbraError,
  UmbraError,
  type Backend,
  type Operation,
  type RestoreResult,
  type UnreadableItem,
} from '@umbracore/contracts';
import type { StillOurs } from '../journal/claim.ts';
import type { RestoreRecord, Stage } from '../journal/record.ts';
import { selection } from '../plan/pattern.ts';
import type { HeldFolder } from '../target/held-folder.ts';
import { openStage } from '../target/stages.ts';
import { isAsSaved } from './compare.ts';
import { flushTree } from './flush.ts';
import { fromStaged } from './from-staged.ts';
import { removeTree } from './remove-tree.ts';
import { tame } from './tame.ts';
import { weed } from './weed.ts';

const tree = Buffer.from('tree');

export interface Bidding {
  readonly operation: Operation;
  readonly stillOurs: StillOurs;
}

/** Has the engine bring everything of a stage, and takes out what must not be put in place. */
export async function bring(
  backend: Backend,
  record: RestoreRecord,
  stage: Stage,
  { operation, stillOurs }: Bidding,
): Promise<NonNullable<Stage['staged']>> {
  using held = openStage(stage.folder);
  const target = held.pathForOthers('tree');
  const inWords = (text: string): string => text.replaceAll(target, join(stage.folder, 'tree'));
  const result = await engineRestore(backend, record, { stage, held, target, inWords, stillOurs }, operation);
  if (result.failedCount > result.failed.length) {
    const message = `${result.failedCount} items could not be restored, too many to tell which: nothing was put in place`;
    throw new UmbraError('restore.incomplete', message, { hint: 'See what is wrong: umbra verify' });
  }
  const failed = result.failed.map(({ path, reason }) => ({
    path: path.startsWith(target) ? path.slice(target.length) : path,
    reason: inWords(reason),
  }));
  const bad = await badAmong(backend, record, { target, failed }, operation);
  const { include, exclude } = record.wanted;
  const hasPatterns = include.length + exclude.length > 0;
  if (hasPatterns || bad.length > 0) {
    using folder = held.child(tree);
    const fits = selection(include, exclude);
    weed(folder, {
      fits: (path) => !bad.includes(path) && (!hasPatterns || fits(path)),
      prunes: hasPatterns,
      stillOurs,
    });
  }
  const tamed = await settle(held, record, stage, { operation, stillOurs });
  return { failed: [...failed, ...tamed], bad };
}

/** What is staged is made safe to be put in place, and durable before it is. */
async function settle(
  held: HeldFolder,
  { bases }: RestoreRecord,
  { folder }: Stage,
  { operation: { signal }, stillOurs }: Bidding,
): Promise<readonly UnreadableItem[]> {
  // Nothing at all may have been restored.
  if (held.look(tree)?.isDirectory() !== true) return [];
  using staged = held.child(tree);
  const tamed = tame(staged, bases, stillOurs);
  await flushTree(staged, folder, signal);
  return tamed;
}

interface Bringing {
  readonly stage: Stage;
  readonly held: HeldFolder;
  readonly target: string;
  /** What is said of the target, with the path that people know. */
  readonly inWords: (text: string) => string;
  readonly stillOurs: StillOurs;
}

async function engineRestore(
  backend: Backend,
  { snapshot, verify, broughtTo }: RestoreRecord,
  { stage, held, target, inWords, stillOurs }: Bringing,
  operation: Operation,
): Promise<RestoreResult> {
  const spec = { snapshot, target, include: stage.include, exclude: [], overwrite: 'always', verify } as const;
  stillOurs();
  if (broughtTo !== undefined) return await fromStaged(broughtTo, spec, operation.signal);
  try {
    return await backend.restore(spec, operation);
  } catch (error) {
    if (!isUmbraError(error)) throw error;
    if (error.code !== 'backend.unsupported') {
      const { code, message, hint, context } = error;
      throw new UmbraError(code, inWords(message), { hint, context, cause: error });
    }
    // An engine that restores only into empty folders begins once more.
    removeTree(held, tree, stillOurs);
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
