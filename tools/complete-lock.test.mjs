import { expect, test } from 'vitest';
import { completeLock, platformOf } from './complete-lock.mjs';

const lockOf = (packages) => ({ lockfileVersion: 3, packages: { '': { name: 'root' }, ...packages } });

test('adds the platform packages that a registry did not offer', () => {
  const lock = lockOf({
    'node_modules/nx': { version: '2.0.0', dev: true, optionalDependencies: { '@nx/nx-darwin-arm64': '2.0.0' } },
  });
  const { lock: completed, added } = completeLock(lock);
  expect(added).toEqual(['node_modules/@nx/nx-darwin-arm64']);
  expect(completed.packages['node_modules/@nx/nx-darwin-arm64']).toEqual({
    version: '2.0.0',
    dev: true,
    optional: true,
    os: ['darwin'],
    cpu: ['arm64'],
  });
  expect(completeLock(completed).added).toEqual([]);
});

test('leaves alone what is there, beside its owner or further up, and what is only a range', () => {
  const lock = lockOf({
    'node_modules/a': {
      version: '1.0.0',
      optionalDependencies: { inner: '1.0.0', outer: '1.0.0', ranged: '^1.0.0' },
    },
    'node_modules/a/node_modules/inner': { version: '1.0.0' },
    'node_modules/outer': { version: '1.0.0' },
  });
  expect(completeLock(lock).added).toEqual([]);
});

test('a version that differs from the one at the top gets a place beside its owner', () => {
  const lock = lockOf({
    'node_modules/a': { version: '1.0.0', optionalDependencies: { 'native-linux-x64': '1.0.0' } },
    'node_modules/native-linux-x64': { version: '2.0.0' },
  });
  expect(completeLock(lock).added).toEqual(['node_modules/a/node_modules/native-linux-x64']);
});

test.each([
  ['@rollup/rollup-linux-x64-musl', { os: ['linux'], cpu: ['x64'], libc: ['musl'] }],
  ['@rollup/rollup-linux-arm-gnueabihf', { os: ['linux'], cpu: ['arm'], libc: ['glibc'] }],
  ['@oxlint/binding-win32-arm64-msvc', { os: ['win32'], cpu: ['arm64'] }],
  ['@esbuild-like/linux-ppc64le-gnu', { os: ['linux'], cpu: ['ppc64'], libc: ['glibc'] }],
])('%s runs on %o', (name, platform) => {
  expect(platformOf(name)).toEqual(platform);
});
