import { readFileSync } from 'node:fs';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';

/** What `require` and resolutions older than `exports` see: the packages are ES modules for Node 22 and newer. */
const notOurs = [
  ({ kind }) => kind === 'CJSResolvesToESM',
  ({ kind, resolutionKind }) => kind === 'NoResolution' && resolutionKind === 'node10',
];

/** What is wrong with a tarball, one line each. */
export async function tarballProblems(file) {
  const data = readFileSync(file);
  const packed = createPackageFromTarballData(data);
  return [...(await lintProblems(data)), ...(await typeProblems(packed)), ...contentProblems(packed)];
}

async function lintProblems(data) {
  const tarball = data.buffer.slice(data.byteOffset, data.byteOffset + data.byteLength);
  const { messages, pkg } = await publint({ pack: { tarball }, level: 'suggestion', strict: true });
  return messages.map((message) => `publint: ${formatMessage(message, pkg, { color: false })}`);
}

async function typeProblems(packed) {
  const { problems = [] } = await checkPackage(packed);
  return problems
    .filter((problem) => !notOurs.some((isThat) => isThat(problem)))
    .map(({ kind, entrypoint = '', resolutionKind = '' }) => `types: ${kind} ${entrypoint} ${resolutionKind}`.trim());
}

function contentProblems(packed) {
  const within = packed.listFiles().map((path) => path.replace(/^\/node_modules\/(?:@[^/]+\/)?[^/]+\//, ''));
  // What others wrote is inside of the program, and nowhere else.
  const wanted = within.includes('dist/umbra.js') ? ['dist/THIRD-PARTY-NOTICES.txt'] : [];
  const missing = ['README.md', 'LICENSE', ...wanted].filter((file) => !within.includes(file));
  const stray = within.filter((file) => /\.test\.(?!ts\.txt$)|\.tsbuildinfo$|^src\/|^test\//.test(file));
  return [...missing.map((file) => `${file} is not in it`), ...stray.map((file) => `${file} does not belong in it`)];
}
