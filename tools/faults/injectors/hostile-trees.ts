import { addSnapshot, addTrees } from '../../testing/light-key.mjs';
import { everywhere } from './injector.ts';

const times = { mtime: '2026-01-01T00:00:00Z', atime: '2026-01-01T00:00:00Z', ctime: '2026-01-01T00:00:00Z' };
const owner = { uid: 0, gid: 0, user: 'root', group: 'root' };
/** Of a folder in Go: its own bit, and rwxr-xr-x. */
const folderMode = 0x80000000 + 0o755;

const file = (name: string): object => ({ name, type: 'file', mode: 0o644, ...times, ...owner, size: 0, content: [] });
const folder = (name: string, subtree = ''): object => ({
  name,
  type: 'dir',
  mode: folderMode,
  ...times,
  ...owner,
  content: null,
  subtree,
});
const link = (name: string, linktarget: string): object => ({
  name,
  type: 'symlink',
  mode: 0x08000000 + 0o777,
  ...times,
  ...owner,
  linktarget,
  content: null,
});

/** What the root of a hostile snapshot has in it; `inner` is a tree with a file `planted`. `outside` must stay as it is. */
export const hostileTrees: Readonly<Record<string, (outside: string, inner: string) => readonly object[]>> = {
  'a way up': (_, inner) => [folder('..', inner)],
  'a file by a way up': () => [file('../planted')],
  'a way up in the middle': () => [file('a/../../planted')],
  'the way of another place': (outside) => [file(`${outside}/planted`)],
  'a link, and a folder of the same name': (outside, inner) => [link('door', outside), folder('door', inner)],
  'a folder, and a link of the same name': (outside, inner) => [folder('door', inner), link('door', outside)],
  'a link, and a file behind it': (outside) => [link('door', outside), file('door/planted')],
  'no name': (_, inner) => [folder('', inner)],
  'a dot': (_, inner) => [folder('.', inner)],
  'a name with an end in it': () => [file('planted\0.txt')],
};

/** Puts a snapshot of such a tree into a repository whose master key is known, and gives its id. */
export function plantHostileTree(
  repository: string,
  master: Uint8Array,
  name: string,
  { outside, path, tags }: { readonly outside: string; readonly path: string; readonly tags: readonly string[] },
): string {
  const nodes = hostileTrees[name] ?? (() => []);
  const [, tree] = addTrees(repository, master, [() => [file('planted')], ([inner = '']) => nodes(outside, inner)]);
  const about = { hostname: 'test', username: 'test', uid: 0, gid: 0, tags };
  return addSnapshot(repository, master, { time: '2026-01-01T00:00:00Z', tree, paths: [path], ...about });
}

export const hostileRepository = everywhere(
  'hostile snapshots',
  'the tree of a snapshot has names and links that lead out of where it is restored',
);
