import { randomBytes } from 'node:crypto';
import { lchownSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunDocument } from '@umbracore/runtime/documents';
import { expect } from 'vitest';
import { umbraNear } from '../support/near-world.ts';
import { until, type Outcome, type World } from '../support/world.ts';

/** What a fault must not leave behind: a process, a lock, a run that never ended, a snapshot that history does not know. */
export async function expectNothingLeft(world: World): Promise<readonly RunDocument[]> {
  const runs = await world.history();
  await until('no process is left', () => world.processes().length === 0);
  expect(world.locks()).toEqual([]);
  expect(runs.filter(({ outcome }) => outcome === null)).toEqual([]);
  const known = runs.flatMap(({ snapshot }) => snapshot ?? []).sort();
  expect(
    world
      .snapshots()
      .map(({ id }) => id)
      .sort(),
  ).toEqual(known);
  return runs;
}

/** The next run needs nobody: it saves everything and the repository is sound. */
export async function expectNextRunWorks(world: World): Promise<void> {
  const { code, stderr } = await umbraNear(world, 'run', 'documents', '--quiet');
  expect([code, stderr]).toEqual([0, '']);
  expect((await expectNothingLeft(world))[0]).toMatchObject({ outcome: 'succeeded' });
  expect(world.restic('check', '--read-data')).toContain('no errors were found');
}

/** Exit code and what was said, with everything that the reader needs in it. */
export function expectRefusal({ code, stdout, stderr }: Outcome, exitCode: number, ...words: readonly string[]): void {
  expect(code, stdout + stderr).toBe(exitCode);
  for (const word of words) expect(stderr).toContain(word);
}

/** A source that takes about `seconds` to save, since it cannot be compressed and the way is narrow. `lines` follow in the configuration. */
export function slowDown(world: World, seconds: number, lines = ''): void {
  world.write('large', randomBytes(seconds * 512 * 1024));
  // Who is interrupted sends what it has begun: no more than one pack of the smallest size there is.
  const repositoryLines = '    packSize: 4MiB\n    options: { local.connections: "1" }\n';
  world.configure(`    limits: { upload: 512KiB/s }\n    verify: { afterBackup: none }\n${lines}`, { repositoryLines });
}

/** The same job without its brake. */
export function speedUp(world: World, lines = ''): void {
  world.configure(`    verify: { afterBackup: none }\n${lines}`);
}

/** Resolves when an engine has its lock and is about to send. */
export function engineAtWork(world: World): Promise<number> {
  return until('an engine is at work', () => (world.locks().length > 0 ? identityOf(world, 'engine') : undefined));
}

/** The process that left its identity in the newest spool folder. */
export function identityOf(world: World, who: 'shim' | 'engine'): number | undefined {
  try {
    const spool = join(world.state, 'spool');
    const run = readdirSync(spool).sort().at(-1) ?? '';
    const attempt = readdirSync(join(spool, run)).sort().at(-1) ?? '';
    return JSON.parse(readFileSync(join(spool, run, attempt, `${who}.json`), 'utf8')).pid;
  } catch {
    return undefined;
  }
}

/** A user who is not root, for whom file modes count. */
const nobody = 65_534;

/** Runs umbra as a user to whom modes apply: another one if the tests run as root. */
export async function asSomebodyElse(world: World, ...args: readonly string[]): Promise<Outcome> {
  if (process.getuid?.() !== 0) return world.umbra(...args);
  for (const name of ['', ...readdirSync(world.folder, { recursive: true, encoding: 'utf8' })]) {
    lchownSync(world.at(name), nobody, nobody);
  }
  return world.start(args, { uid: nobody, gid: nobody }).ended;
}
