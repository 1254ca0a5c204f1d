import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UmbraError, type PrivilegedFacts, type PrivilegedRole } from '@umbracore/contracts';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { examinePrivileged } from './examine-privileged.ts';
import type { DoctorSources } from './sources.ts';

const folder = mkdtempSync(join(tmpdir(), 'umbra-doctor-'));
afterAll(() => rmSync(folder, { recursive: true }));
const version = '1.2.3';
const policy = join(folder, 'helper.json');

const job = {
  kind: 'backup',
  id: 'system',
  privileged: true,
  sources: [{ path: '/etc' }],
  repositories: ['home'],
  excludes: ['*.tmp'],
  excludeIfPresent: [],
  tags: [],
};
const allowed = { repositories: ['home'], sources: ['/etc'], excludes: ['*.tmp'], excludeCaches: false };

/** What the doctor says of a program that answers with these facts. */
async function findings(
  facts: Partial<PrivilegedFacts> | UmbraError = {},
  of: object = {},
  location = '/srv/home',
): Promise<string> {
  const privileged = {
    facts: (role: PrivilegedRole): Promise<PrivilegedFacts> =>
      facts instanceof UmbraError
        ? Promise.reject(facts)
        : Promise.resolve({ version, role, policyFile: policy, allowed: [], warnings: [], ...facts }),
    engines: () => ({ look: () => Promise.resolve([]) }),
  };
  const configuration = {
    jobs: new Map([['system', { ...job, ...of }]]),
    repositories: new Map([['home', { location }]]),
  };
  const sources = { configuration, socketDir: folder, privileged } as unknown as DoctorSources;
  const said: string[] = [];
  for await (const { standing, text } of examinePrivileged(sources, version, new AbortController().signal))
    said.push(`${standing}: ${text}`);
  return said.join('\n');
}

const allow = (jobs: object, location = '/srv/home'): void =>
  writeFileSync(policy, JSON.stringify({ version: 1, repositories: { home: { location } }, jobs }), { mode: 0o644 });

beforeEach(() => allow({ system: allowed }));

test('nothing is said of a program that is as it should be, but that it answers', async () => {
  const said = await findings();
  // The policy of somebody else than root is told, too.
  expect(said.replace(/\nbad: .* is not root's alone: .*/, '')).toBe(`good: ${version} answers for backup`);
});

test('another version, and rights beyond its need', async () => {
  const said = await findings({ version: '0.0.1', warnings: ['has more rights than it needs'] });
  expect(said).toContain(`attention: for backup it is 0.0.1, and this is ${version}`);
  expect(said).toContain('attention: backup: has more rights than it needs');
});

test('a policy that others can write, or that has something else than the configuration', async () => {
  chmodSync(policy, 0o666);
  expect(await findings()).toContain("is not root's alone");
  expect(await findings({}, { excludes: [] })).toContain('has another excludes for this job');
  expect(await findings({}, { snapshot: 'btrfs' })).toContain('has another snapshot for this job');
  allow({});
  expect(await findings()).toContain('does not have this job');
});

test('sockets and folders that are open to everybody, of every role that is there', async () => {
  for (const role of ['backup', 'restore']) {
    writeFileSync(join(folder, `${role}.sock`), '');
    chmodSync(join(folder, `${role}.sock`), 0o666);
    mkdirSync(join(folder, `proof-${role}`));
    chmodSync(join(folder, `proof-${role}`), 0o777);
  }
  const said = await findings();
  for (const role of ['backup', 'restore']) {
    expect(said).toContain(`bad: everybody may connect to ${join(folder, `${role}.sock`)}`);
    expect(said).toContain(`bad: in ${join(folder, `proof-${role}`)} others may list`);
  }
  expect(said).toContain(`good: ${version} answers for restore`);
  expect(said).not.toContain('volumes');
});

test('a repository that is elsewhere than in the policy, whoever has the login', async () => {
  const other = 'has another address for repository home: it is refused until root has changed that';
  expect(await findings({}, {}, '/srv/other')).toContain(other);
  allow({ system: allowed }, 'rest:https://h/r');
  expect(await findings({}, {}, 'rest:https://u:hunter2@h/r')).not.toContain('another address');
  const said = await findings({}, {}, 'rest:https://u:hunter2@h/other');
  expect(said).toContain(other);
  expect(said).not.toContain('hunter2');
});

test('what is wrong with the policy is said once, whatever roles say it', async () => {
  for (const role of ['restore', 'volumes', 'mounts']) writeFileSync(join(folder, `${role}.sock`), '');
  const said = await findings(new UmbraError('bridge.refused', 'The privileged program refuses: jobs: is missing'));
  expect(said.split('jobs: is missing')).toHaveLength(2);
});
