import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeBlocks } from './code-blocks.mjs';

/** What newcomers read and copy from. */
const patterns = ['README.md', 'CONTRIBUTING.md', 'docs/**/*.md', '{packages,apps}/*/README.md'];

/** Every document below `root` as `{ file, text, blocks }`, paths relative to it. */
export function documents(root) {
  return globSync(patterns, { cwd: root, exclude: (name) => name === 'node_modules' })
    .toSorted()
    .map((file) => {
      const text = readFileSync(join(root, file), 'utf8');
      return { file, text, blocks: codeBlocks(text) };
    });
}

/** Folders of packages and apps, as `packages/config`. */
export const packageFolders = (root) =>
  globSync('{packages,apps}/*', { cwd: root })
    .filter((folder) => existsSync(join(root, folder, 'package.json')))
    .toSorted();
