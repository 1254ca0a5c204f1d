import type { Configuration } from '@umbracore/contracts';
import { aJob, aRepository } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { policyOf } from './policy-of.ts';

test('a configuration without a privileged job is told so, instead of a policy that says nothing', () => {
  const configuration = { jobs: new Map(), repositories: new Map() } as unknown as Configuration;
  const { policy, notes } = policyOf(configuration, { user: 'somebody', engine: '/usr/bin/restic' });
  expect(policy).toMatchObject({ jobs: {}, repositories: {} });
  expect(notes).toEqual([expect.stringContaining('No job has `privileged: true`')]);
});

test('a login in an address stands beside it in the policy, where root alone reads it, and nowhere else', () => {
  const repositories = [
    aRepository({ name: 'away', location: 'rest:https://somebody:hunter2@h:8000/r' }),
    aRepository({ name: 'far', location: 'sftp://somebody:hunter2@h//r' }),
    aRepository({ name: 'home', location: '/srv/home' }),
  ];
  const job = aJob({ privileged: true, repositories: repositories.map(({ name }) => name) });
  const configuration = {
    jobs: new Map([[job.id, job]]),
    repositories: new Map(repositories.map((repository) => [repository.name, repository])),
  } as unknown as Configuration;
  const { policy, notes } = policyOf(configuration, { user: 'somebody', engine: '/usr/bin/restic' });
  expect(JSON.stringify({ policy, notes })).not.toContain('hunter2');
  expect(policy['repositories']).toMatchObject({
    away: {
      location: 'rest:https://h:8000/r',
      env: {
        RESTIC_REST_USERNAME: 'file:/etc/umbra/away.RESTIC_REST_USERNAME.pass',
        RESTIC_REST_PASSWORD: 'file:/etc/umbra/away.RESTIC_REST_PASSWORD.pass',
      },
    },
    far: { location: 'sftp://somebody@h//r' },
    home: { location: '/srv/home' },
  });
  expect(notes).toEqual([
    expect.stringContaining('the password of away'),
    'and its RESTIC_REST_USERNAME into /etc/umbra/away.RESTIC_REST_USERNAME.pass',
    'and its RESTIC_REST_PASSWORD into /etc/umbra/away.RESTIC_REST_PASSWORD.pass',
    'The login in the address of away stands in those two, which restic 0.17 or newer reads',
    expect.stringContaining('the password of far'),
    'The password in the address of far is left out: a policy has none there',
    expect.stringContaining('the password of home'),
  ]);
});
