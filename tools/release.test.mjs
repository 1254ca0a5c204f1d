import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { binary, root } from './dev/process.mjs';

const folder = mkdtempSync(join(tmpdir(), 'umbra-release-'));
afterAll(() => rmSync(folder, { recursive: true }));

const json = (path) => JSON.parse(readFileSync(path, 'utf8'));
const manifests = globSync('{packages,apps}/*/package.json', { cwd: root });

function call(program, ...args) {
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' };
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: folder, env, encoding: 'utf8' });
  expect(status, `${program} ${args.join(' ')}\n${stdout}${stderr}`).toBe(0);
}

test('changeset version gives all packages one version, and each change its entry', () => {
  for (const file of ['package.json', 'package-lock.json', ...manifests]) {
    mkdirSync(join(folder, dirname(file)), { recursive: true });
    cpSync(join(root, file), join(folder, file));
  }
  cpSync(join(root, '.changeset'), join(folder, '.changeset'), { recursive: true });
  // There is something to release, also right after a release.
  writeFileSync(
    join(folder, '.changeset/a-fix.md'),
    "---\n'@umbracore/daemon': patch\n'@umbracore/contracts': patch\n---\n\nA fix of both.\n",
  );
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  call('git', 'init', '-q', '-b', 'main');
  call('git', 'add', '.changeset', 'package.json', 'packages', 'apps');
  call('git', '-c', 'user.name=a', '-c', 'user.email=a@example.net', 'commit', '-qm', 'all');
  call(process.execPath, binary('@changesets/cli/bin.js'), 'version');

  const { version: before } = json(join(root, 'packages/contracts/package.json'));
  const { version } = json(join(folder, 'packages/contracts/package.json'));
  expect(version).not.toBe(before);
  for (const file of manifests) {
    const { name, version: own, dependencies = {} } = json(join(folder, file));
    expect([name, own]).toEqual([name, version]);
    const ours = Object.entries(dependencies).filter(([wanted]) => wanted.startsWith('@umbracore/'));
    expect([name, ...ours.map(([, range]) => range)]).toEqual([name, ...ours.map(() => `^${version}`)]);
    expect(existsSync(join(folder, dirname(file), 'CHANGELOG.md')), `${name} has no CHANGELOG.md`).toBe(true);
  }
  expect(readdirSync(join(folder, '.changeset'))).toEqual(['config.json']);
  expect(readFileSync(join(folder, 'packages/contracts/CHANGELOG.md'), 'utf8')).toContain('A fix of both.');
});

test('the workflow of a release pins what it takes from others, and may do no more than it has to', () => {
  const text = readFileSync(join(root, '.github/workflows/release.yml'), 'utf8');
  const uses = [...text.matchAll(/uses: (.*)/g)].map(([, action]) => action);
  expect(uses.length).toBeGreaterThan(0);
  for (const action of uses) expect(action).toMatch(/^[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  expect(text).toMatch(/^permissions: \{\}$/m);
  expect(text).toContain('id-token: write');
  expect(text).not.toMatch(/secrets\./);
});
