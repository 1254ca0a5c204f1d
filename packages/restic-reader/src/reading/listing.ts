import type { TreeNode } from '../documents/tree.ts';
import { throwIfAborted, unsupported } from '../problems.ts';

/** An entry of a snapshot with its path. */
export class ListedNode {
  readonly node: TreeNode;
  /** Absolute, as restic prints it: each byte that is no UTF-8 is U+FFFD. */
  readonly text: string;
  readonly #parent: ListedNode | undefined;

  constructor(node: TreeNode, parent: ListedNode | undefined) {
    this.node = node;
    this.text = `${parent?.text ?? ''}/${node.name.text}`;
    this.#parent = parent;
  }

  /** Absolute, as the file system has it. */
  get path(): Buffer {
    const above = this.#parent?.path ?? Buffer.alloc(0);
    return Buffer.concat([above, Buffer.from('/'), this.node.name.bytes]);
  }
}

export type LoadTree = (id: string) => Promise<readonly TreeNode[]>;

export interface WalkOptions {
  /** Absolute: only the entry there and what is under it. Bytes for what is no UTF-8. */
  readonly below?: string | Uint8Array | undefined;
  /** The folder whose tree it is, if it is not the root of a snapshot. */
  readonly parent?: ListedNode | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** So many folders are read ahead of the one that is listed. */
const ahead = 8;

/**
 * Every entry below a tree, folders before what is in them, in the order in which restic lists them.
 */
export async function* walkTree(root: string, load: LoadTree, options: WalkOptions = {}): AsyncGenerator<ListedNode> {
  const { below, signal } = options;
  const steps = below === undefined ? [] : stepsOf(below);
  let id = root;
  let parent = options.parent;
  for (const [depth, step] of steps.entries()) {
    const node = (await load(id)).find(({ name }) => name.bytes.equals(step));
    if (node === undefined) return;
    parent = new ListedNode(node, parent);
    if (depth === steps.length - 1) yield parent;
    if (node.subtree === undefined) return;
    id = node.subtree;
  }
  yield* everythingIn(id, parent, load, signal);
}

/** The names on the way to a path. */
function stepsOf(path: string | Uint8Array): readonly Buffer[] {
  const bytes = Buffer.from(path);
  if (bytes[0] !== 0x2f) throw unsupported('A path in a snapshot starts with a slash');
  const text = bytes.toString('latin1');
  const steps = text.split('/').filter((step) => step !== '');
  return steps.map((step) => Buffer.from(step, 'latin1'));
}

async function* everythingIn(
  id: string,
  parent: ListedNode | undefined,
  load: LoadTree,
  signal: AbortSignal | undefined,
): AsyncGenerator<ListedNode> {
  /** Folders that are open, from the root on: what is left of each. */
  const open = [new Folder(await load(id), parent, load)];
  for (let folder = open.at(-1); folder !== undefined; folder = open.at(-1)) {
    const entry = folder.next();
    if (entry === undefined) {
      open.pop();
      continue;
    }
    const subtree = await entry.subtree;
    yield entry.listed;
    if (subtree === undefined) continue;
    throwIfAborted(signal);
    open.push(new Folder(subtree, entry.listed, load));
  }
}

interface Step {
  readonly listed: ListedNode;
  readonly subtree: Promise<readonly TreeNode[]> | undefined;
}

/** Goes through the entries of one folder, and has those of the next subfolders read meanwhile. */
class Folder {
  readonly #nodes: readonly TreeNode[];
  readonly #parent: ListedNode | undefined;
  readonly #load: LoadTree;
  #at = 0;
  #asked = 0;
  readonly #loading: Promise<readonly TreeNode[]>[] = [];

  constructor(nodes: readonly TreeNode[], parent: ListedNode | undefined, load: LoadTree) {
    this.#nodes = nodes;
    this.#parent = parent;
    this.#load = load;
  }

  next(): Step | undefined {
    const node = this.#nodes[this.#at];
    if (node === undefined) return undefined;
    this.#at += 1;
    const isFolder = node.type === 'dir';
    if (isFolder) this.#askAhead();
    return { listed: new ListedNode(node, this.#parent), subtree: isFolder ? this.#loading.shift() : undefined };
  }

  #askAhead(): void {
    for (; this.#loading.length < ahead && this.#asked < this.#nodes.length; this.#asked += 1) {
      const node = this.#nodes[this.#asked];
      if (node?.type !== 'dir' || node.subtree === undefined) continue;
      const loading = this.#load(node.subtree);
      // Looked at when it is its turn; nobody may come that far.
      loading.catch(() => undefined);
      this.#loading.push(loading);
    }
  }
}
