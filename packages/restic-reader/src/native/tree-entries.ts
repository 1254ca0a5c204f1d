import type { TreeEntry } from '@umbracore/contracts';
import { isFields, isId, parseJson } from '../documents/fields.ts';
import { parseTree, unixMode } from '../documents/tree.ts';
import { asTreeEntry, instantOf, isEntryType } from './contract-forms.ts';

/**
 * The entries of a tree as every backend gives them. A catalog reads hundreds of trees for a few files that changed, so that what
 * looks as nearly all of them do is taken as it is, and nothing is made of what nobody asks for here.
 */
export function treeEntries(id: string, bytes: Buffer): readonly TreeEntry[] {
  return quickEntries(id, bytes) ?? parseTree(id, bytes).map(asTreeEntry);
}

function quickEntries(id: string, bytes: Buffer): readonly TreeEntry[] | undefined {
  const text = bytes.toString();
  // Without one no name is quoted.
  if (text.includes('\\')) return undefined;
  const document = parseJson(`tree ${id}`, text);
  const nodes = isFields(document) ? document['nodes'] : undefined;
  if (!Array.isArray(nodes)) return undefined;
  const entries: TreeEntry[] = [];
  for (const node of nodes as readonly unknown[]) {
    const entry = quickEntry(node);
    if (entry === undefined) return undefined;
    entries.push(entry);
  }
  return entries;
}

/** Undefined for what is to be looked at more closely. */
function quickEntry(node: unknown): TreeEntry | undefined {
  if (!isFields(node)) return undefined;
  const { name, type, mode = 0, mtime, uid = 0, gid = 0, size = 0, subtree } = node;
  const content = node['content'] ?? none;
  if (!isPlainName(name) || typeof type !== 'string' || !isEntryType(type) || typeof mtime !== 'string')
    return undefined;
  if (!isCount(mode) || !isCount(uid) || !isCount(gid) || !isCount(size) || !isTexts(content)) return undefined;
  const isTree = typeof subtree === 'string' && isId(subtree);
  if (type === 'dir' ? !isTree : subtree !== undefined) return undefined;
  return {
    name,
    type,
    size: type === 'file' ? size : 0,
    modifiedAt: instantOf(mtime),
    mode: unixMode(mode),
    uid,
    gid,
    subtree: isTree ? subtree : undefined,
    content,
  };
}

const none: readonly string[] = [];

const isPlainName = (name: unknown): name is string =>
  typeof name === 'string' && name !== '' && name !== '.' && name !== '..' && !name.includes('/');

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');
