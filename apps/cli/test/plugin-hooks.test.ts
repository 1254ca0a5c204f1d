import { writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { DiaryWorld } from './support/diary-world.ts';

const canary = 'canary-5b1e-never-shown';

test.each([
  ['dong', '', 0, 'succeeded'],
  ['later', '', 5, 'skipped'],
  ['dong', ', secrets: { ROPE: env:HOOK_SECRET }', 1, 'failed'],
] as const)('a hook of a plug-in that is called %s%s ends the run with %d', async (name, more, code, state) => {
  using world = new DiaryWorld();
  world.env['HOOK_SECRET'] = canary;
  world.goOn();
  writeFileSync(
    world.config,
    `jobs:
  work:
    command: [sh, -c, '${world.writes('work')}']
    hooks: { before: { use: bell, options: ${name}${more} }, finally: ${world.hook(world.writes('finally'))} }
${world.bell}`,
  );
  expect((await world.umbra('run', 'work')).code).toBe(code);
  expect(world.diary).toEqual([name, ...(code === 0 ? ['work'] : []), 'finally']);
  const run = await world.newest('work');
  expect(run?.state).toBe(state);
  const { stdout } = await world.umbra('logs', run?.id ?? '');
  expect(stdout).toContain('hook before 1 (bell): rung before');
  const message = more === '' ? undefined : 'hook before 1 (bell) failed: the rope of [secret] broke';
  expect(run?.error?.message).toBe(message);
  expect(stdout).not.toContain(canary);
});

test('what is said to a hook of a plug-in is checked with the rest of the configuration', async () => {
  using world = new DiaryWorld();
  const hooks = '{ before: { use: bel, options: x }, after: { use: bell, options: 7 } }';
  writeFileSync(world.config, `jobs:\n  work: { command: ['true'], hooks: ${hooks} }\n${world.bell}`);
  const { code, stderr } = await world.umbra('config', 'check');
  expect([code, stderr]).toEqual([4, expect.stringContaining('there is no hook "bel"')]);
  expect(stderr).toContain('did you mean "bell"?');
  expect(stderr).toContain('bell has no name');
});
