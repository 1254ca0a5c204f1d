import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { putDown, testSeed, times } from '../../../../tools/vitest/evidence.ts';
import { World } from '../support/world.ts';

/** Each step starts engines, so only the long suite walks. */
const steps = Math.floor(times(1)) - 1;

const jobs = ['documents', 'tidy', 'free', 'look'] as const;
const thinning = `  tidy: { forget: { last: 3, minimum: 1, rail: 100% }, repository: home }
  free: { prune: {}, repository: home }
  look: { check: {}, repository: home }
`;

test.runIf(steps > 0)('whatever works on a repository at the same time, what it keeps is what was saved', async () => {
  using world = new World();
  world.configure(`    verify: { afterBackup: none }\n${thinning}`);
  const together = fc.array(fc.constantFrom(...jobs), { minLength: 1, maxLength: 3 });
  const walk = fc.sample(together, { numRuns: steps, seed: testSeed });
  const saved = new Map<string, string>();
  for (const [at, names] of [['documents'] as const, ...walk].entries()) {
    const content = `content ${at} `.repeat(2000 + at);
    writeFileSync(join(world.source, 'file'), content);
    const runs = await Promise.all([...new Set(names)].map((name) => world.umbra('run', name, '--quiet')));
    for (const { code, stderr } of runs) expect(code, stderr).toBe(0);
    for (const { id } of world.snapshots()) {
      if (!saved.has(id)) saved.set(id, content);
      expect(world.restic('dump', '--no-lock', id, join(world.source, 'file'))).toBe(saved.get(id));
    }
    expect(world.snapshots().length).toBeGreaterThan(0);
    putDown({ unit: 'steps', count: 1, seed: testSeed });
  }
  expect(world.restic('check', '--read-data')).toContain('no errors were found');
  expect(world.locks()).toEqual([]);
  expect(world.processes()).toEqual([]);
});
