import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeBlocks } from '../readme/code-blocks.mjs';
import { shortName } from './published.mjs';

/** What the README of a package tells to install, of ours and of others, and its examples. */
export function readmeOf({ folder }) {
  const blocks = codeBlocks(readFileSync(join(folder, 'README.md'), 'utf8'));
  const line = blocks
    .flatMap(({ language, text }) => (language === 'sh' ? text.split('\n') : []))
    .find((text) => text.startsWith('npm install '));
  const words = (line ?? '').split('#')[0].trim().split(/\s+/).slice(2);
  return {
    installs: words.filter((word) => !word.startsWith('-')),
    examples: blocks.filter(({ language }) => language === 'ts').map(({ text }) => text),
  };
}

/** What examples import and the README does not tell to install: found by npm's luck, not by every package manager. */
export function unnamedImports(one) {
  const { installs, examples } = readmeOf(one);
  const imported = examples.flatMap((text) => [...text.matchAll(/from '([^']+)'/g)].map(([, name]) => packageOf(name)));
  return [...new Set(imported)].filter((name) => !/^(?:node:|\.)/.test(name) && !installs.includes(name));
}

const packageOf = (specifier) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

export const ours = (names) => names.filter((name) => name.startsWith('@umbracore/')).map(shortName);
