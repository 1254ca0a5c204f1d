import { UmbraError } from '@umbracore/contracts';
import { isMap, isScalar, isSeq, type Document, type Pair, type YAMLSeq } from 'yaml';
import {
  block,
  cannotEdit,
  keyStart,
  lineStart,
  nextLine,
  onNewLine,
  pairOf,
  proved,
  rangeOf,
  read,
  withLineBreaks,
  type Splice,
} from './edit.ts';

/** A plug-in as it is written: its name, or with its options. */
export type WrittenPlugin = string | { readonly use: string; readonly options: unknown };

/** What the configuration calls a plug-in. */
export const useOf = (written: unknown): string | undefined => {
  if (typeof written === 'string') return written;
  if (typeof written !== 'object' || written === null || !('use' in written)) return undefined;
  return typeof written.use === 'string' ? written.use : undefined;
};

/** Names a plug-in in a YAML or JSON configuration. Every byte that was there stays. Throws `config.duplicate`, `config.*`. */
export function addPlugin(text: string, plugin: WrittenPlugin): string {
  const { document, value } = read(text);
  const known = listOf(value['plugins']);
  const use = useOf(plugin);
  if (known.some((one) => useOf(one) === use)) {
    throw new UmbraError('config.duplicate', `the plug-in ${use} is already there`, {
      hint: 'change its options in the file',
      context: { plugin: use },
    });
  }
  const edited = withLineBreaks(text, (plain) => insertItem(plain, document, 'plugins', plugin));
  return proved(edited, { ...value, plugins: [...known, plugin] });
}

/**
 * Takes the plug-in whose name as it is written `isMeant` out of a YAML or JSON configuration; with the last one goes `plugins:`.
 * Throws `config.*`.
 */
export function removePlugin(text: string, isMeant: (use: string) => boolean): string {
  const { document, value } = read(text);
  const known = listOf(value['plugins']);
  const index = known.findIndex((one) => isMeant(useOf(one) ?? ''));
  const pair = pluginsOf(document);
  if (index === -1 || pair === undefined || !isSeq(pair.value)) {
    throw new UmbraError('config.unknown-reference', 'the file does not name the plug-in', {
      hint: 'look into the files that it includes',
    });
  }
  const { plugins: _plugins, ...others } = value;
  if (known.length === 1) return proved(withoutLines(text, keyStart(pair), endOf(pair.value)), others);
  const removed = pair.value.flow === true ? outOfFlow(text, pair.value, index) : outOfBlock(text, pair.value, index);
  return proved(removed, { ...others, plugins: known.toSpliced(index, 1) });
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? (value as readonly unknown[]) : []);

const pluginsOf = ({ contents }: Document): Pair | undefined =>
  isMap(contents) ? pairOf(contents, 'plugins') : undefined;

function insertItem(text: string, document: Document, section: string, item: WrittenPlugin): Splice {
  const root = document.contents;
  if (root !== null && !isMap(root)) throw cannotEdit();
  const pair = isMap(root) ? pairOf(root, section) : undefined;
  if (pair === undefined) {
    if (root?.flow === true) throw cannotEdit();
    return onNewLine(text, text.length, block({ [section]: [item] }, 0));
  }
  if (isSeq(pair.value) && pair.value.flow === true) return inFlow(pair.value, item);
  if (isSeq(pair.value) && pair.value.items.length > 0) return inBlock(text, pair.value, item);
  if (isScalar(pair.value) && pair.value.value === null && root?.flow !== true) {
    return onNewLine(text, nextLine(text, keyStart(pair)), items(item, 2));
  }
  throw cannotEdit();
}

/** A list of one item in block style, as its lines stand below a key. */
const items = (item: WrittenPlugin, indent: number): string => block([item], indent);

function inBlock(text: string, list: YAMLSeq, item: WrittenPlugin): Splice {
  const [start] = rangeOf(list.items[0]) ?? [];
  if (start === undefined) throw cannotEdit();
  const dash = text.lastIndexOf('-', start);
  return onNewLine(text, nextLine(text, endOf(list.items.at(-1))), items(item, dash - lineStart(text, dash)));
}

/** As JSON: that is YAML as well. */
function inFlow(list: YAMLSeq, item: WrittenPlugin): Splice {
  const [open] = rangeOf(list) ?? [];
  if (open === undefined) throw cannotEdit();
  const last = list.items.at(-1);
  if (last === undefined) return { at: open + 1, insert: JSON.stringify(item) };
  return { at: endOf(last), insert: `, ${JSON.stringify(item)}` };
}

/** Where a node's own text ends. */
function endOf(node: unknown): number {
  const end = rangeOf(node)?.[1];
  if (end === undefined) throw cannotEdit();
  return end;
}

const withoutLines = (text: string, from: number, to: number): string =>
  text.slice(0, lineStart(text, from)) + text.slice(nextLine(text, to));

function outOfBlock(text: string, list: YAMLSeq, index: number): string {
  const node = list.items[index];
  const [start] = rangeOf(node) ?? [];
  if (start === undefined) throw cannotEdit();
  return withoutLines(text, text.lastIndexOf('-', start), endOf(node));
}

function outOfFlow(text: string, list: YAMLSeq, index: number): string {
  const [start = 0] = rangeOf(list.items[index]) ?? [];
  const [next] = rangeOf(list.items[index + 1]) ?? [];
  const before = list.items[index - 1];
  const [from, to] =
    before === undefined ? [start, next ?? endOf(list.items[index])] : [endOf(before), endOf(list.items[index])];
  return text.slice(0, from) + text.slice(to);
}
