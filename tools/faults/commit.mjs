import { execFileSync } from 'node:child_process';
import { root } from '../dev/process.mjs';

const git = (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();

/** What was tried, in short; with a plus behind it if something in the checkout differs from it, but for what runs themselves keep there. */
export function commit() {
  const changed = git('status', '--porcelain', '--', ':!tools/*/results.json', ':!docs/promises.md');
  return `${git('rev-parse', '--short=10', 'HEAD')}${changed === '' ? '' : '+'}`;
}
