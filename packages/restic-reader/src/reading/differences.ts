import type { PathChange } from '@umbracore/contracts';
import { changeBetween } from '../documents/node-change.ts';
import type { TreeNode } from '../documents/tree.ts';
import { throwIfAborted } from '../problems.ts';
import { ListedNode, walkTree, type LoadTree } from './listing.ts';

/** An entry that is not the same on both sides. One that changed its type is on both. */
export interface TreeDifference {
  readonly before: ListedNode | undefined;
  readonly after: ListedNode | undefined;
  /** `suspicious`: the content is another one although nothing else is, which points to a disk that fails. */
  readonly change: PathChange['change'];
}

/**
 * What is different between two trees, by path. Folders with the same tree are not looked into, so that the cost is that of the
 * change. What is in a folder that came or went is listed too.
 */
export async function* treeDifferences(
  from: string,
  to: string,
  load: LoadTree,
  signal?: AbortSignal,
): AsyncGenerator<TreeDifference> {
  if (from !== to) yield* between({ id: from, parent: undefined }, { id: to, parent: undefined }, load, signal);
}

interface Side {
  readonly id: string;
  readonly parent: ListedNode | undefined;
}

async function* between(
  from: Side,
  to: Side,
  load: LoadTree,
  signal: AbortSignal | undefined,
): AsyncGenerator<TreeDifference> {
  throwIfAborted(signal);
  const [old, young] = await Promise.all([load(from.id), load(to.id)]);
  for (const [node, other] of pairs(old, young)) {
    const before = node && new ListedNode(node, from.parent);
    const after = other && new ListedNode(other, to.parent);
    const change = changeBetween(node, other);
    if (change !== undefined) yield { before, after, change };
    const [left, right] = [folderIn(before), folderIn(after)];
    if (left !== undefined && right !== undefined) {
      if (left.id !== right.id) yield* between(left, right, load, signal);
      continue;
    }
    if (left !== undefined)
      for await (const gone of inside(left, load, signal)) yield { before: gone, after: undefined, change: 'removed' };
    if (right !== undefined)
      for await (const come of inside(right, load, signal)) yield { before: undefined, after: come, change: 'added' };
  }
}

function folderIn(listed: ListedNode | undefined): Side | undefined {
  const subtree = listed?.node.type === 'dir' ? listed.node.subtree : undefined;
  return subtree === undefined ? undefined : { id: subtree, parent: listed };
}

async function* inside(
  { id, parent }: Side,
  load: LoadTree,
  signal: AbortSignal | undefined,
): AsyncGenerator<ListedNode> {
  yield* walkTree(id, load, { parent, signal });
}

/** Entries of the same name beside each other, in the order of the names' bytes. */
function pairs(
  old: readonly TreeNode[],
  young: readonly TreeNode[],
): readonly (readonly [TreeNode | undefined, TreeNode | undefined])[] {
  const byName = new Map<string, [TreeNode | undefined, TreeNode | undefined]>();
  for (const node of old) byName.set(keyOf(node), [node, undefined]);
  for (const node of young) byName.set(keyOf(node), [byName.get(keyOf(node))?.[0], node]);
  return [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, pair]) => pair);
}

/** Each byte is a character, so that texts compare as bytes do. */
const keyOf = ({ name }: TreeNode): string => name.bytes.toString('latin1');
