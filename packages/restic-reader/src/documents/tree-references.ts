import { damaged } from '../problems.ts';
import { isFields, isId, parseJson } from './fields.ts';

/** What one entry of a tree refers to. */
export interface References {
  /** As it is stored, with quotes; for people. */
  readonly name: string;
  readonly content: readonly string[];
  readonly subtree: string | undefined;
}

/**
 * What the entries of a tree refer to, and nothing else of them: less than half of the time. That the rest is as it was
 * written is known by the hash of the tree.
 */
export function parseReferences(id: string, bytes: Buffer): readonly References[] {
  const what = `tree ${id}`;
  const document = parseJson(what, bytes);
  const nodes = isFields(document) ? (document['nodes'] ?? []) : undefined;
  if (!Array.isArray(nodes)) throw damaged(what, 'has no list of nodes');
  return nodes.map((node: unknown) => referencesOf(what, node));
}

function referencesOf(what: string, node: unknown): References {
  if (!isFields(node)) throw damaged(what, 'holds no nodes');
  const { name, type, subtree } = node;
  const content = node['content'] ?? none;
  if (typeof name !== 'string' || typeof type !== 'string') throw damaged(what, 'has an entry without a name or type');
  if (!isListOfIds(content)) throw damaged(what, `has no blobs for "${name}"`);
  const isFolder = type === 'dir';
  const isRight =
    typeof subtree === 'string' ? isId(subtree) : (subtree === undefined || subtree === null) && !isFolder;
  if (!isRight) throw damaged(what, 'has a folder without a tree');
  return { name, content, subtree: typeof subtree === 'string' ? subtree : undefined };
}

const none: readonly string[] = [];

const isListOfIds = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((id) => typeof id === 'string' && isId(id));
