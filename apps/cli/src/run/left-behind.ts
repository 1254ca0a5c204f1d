import { spawn } from 'node:child_process';
import { isTerminal } from '@umbracore/contracts';
import type { History } from '@umbracore/runtime';
import type { Session } from '../session.ts';

const lookEveryMs = 50;
const patienceMs = 1500;

/**
 * Runs whose process died are carried to their end by a process of their own, so that looking at the status is enough to
 * set things right after a crash. Waits a moment, since most have ended already and only need to be settled.
 */
export async function carryOnLeftBehind({ globals }: Session, { store, clock }: History): Promise<void> {
  if (!(await anyLeftBehind(store))) return;
  const [program = '', script = ''] = process.argv;
  const config = globals.config === undefined ? [] : ['--config', globals.config];
  const child = spawn(program, [script, 'carry-on', '--quiet', '--no-input', ...config], {
    detached: true,
    stdio: 'ignore',
  });
  child.on('error', () => {});
  child.unref();
  const deadline = clock.monotonicMs() + patienceMs;
  while (clock.monotonicMs() < deadline && child.exitCode === null && (await anyLeftBehind(store))) {
    await clock.sleep(lookEveryMs);
  }
}

/** A process that is gone cannot be asked; one that cannot be signalled for want of rights lives. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** A hint, not a proof: recovery itself compares start times and boots before it touches anything. */
async function anyLeftBehind(store: History['store']): Promise<boolean> {
  const open = await store.open();
  return open.some(({ run, lease }) => !isTerminal(run.state) && (lease === undefined || !isAlive(lease.owner.pid)));
}
