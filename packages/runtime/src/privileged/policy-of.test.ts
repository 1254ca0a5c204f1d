import type { Configuration } from '@umbracore/contracts';
import { expect, test } from 'vitest';
import { policyOf } from './policy-of.ts';

test('a configuration without a privileged job is told so, instead of a policy that says nothing', () => {
  const configuration = { jobs: new Map(), repositories: new Map() } as unknown as Configuration;
  const { policy, notes } = policyOf(configuration, { user: 'somebody', engine: '/usr/bin/restic' });
  expect(policy).toMatchObject({ jobs: {}, repositories: {} });
  expect(notes).toEqual([expect.stringContaining('No job has `privileged: true`')]);
});
