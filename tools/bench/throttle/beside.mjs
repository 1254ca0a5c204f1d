import { spawn } from 'node:child_process';
import { once } from 'node:events';

const foreground = new URL('./foreground.mjs', import.meta.url).pathname;
/** A backup has begun to work after this. */
const settleMs = 1000;

/**
 * What the foreground comes to while a backup runs beside it, in a session of its own as from a timer; alone without one. A look of
 * so many milliseconds, or one that lasts as long as the backup: then its time is given too.
 */
export async function beside(command, { kind, forMs, file = '', steps = 0, toItsEnd = false }) {
  const startedAt = performance.now();
  const backup = command && spawn(command.program, command.args, { ...command, detached: true, stdio: 'ignore' });
  const ended = backup && once(backup, 'exit');
  try {
    if (backup !== undefined) await new Promise((resolve) => void setTimeout(resolve, settleMs));
    if (backup !== undefined && backup.exitCode !== null)
      throw new Error(`${command.program} ended at once with ${backup.exitCode}`);
    const pid = toItsEnd && backup !== undefined ? backup.pid : 0;
    const answer = foregroundAt(kind, forMs, file, pid, steps);
    if (pid === 0) return await answer;
    const [code] = await ended;
    const wallMs = performance.now() - startedAt;
    if (code !== 0) throw new Error(`${command.program} ended with ${code}`);
    return { ...(await answer), wallMs };
  } finally {
    if (backup !== undefined) await end(backup, ended);
  }
}

/** What the foreground found, in a process and session of its own. */
export async function foregroundAt(...args) {
  const child = spawn(process.execPath, [foreground, ...args], { detached: true });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (piece) => (text += piece));
  child.stderr.resume();
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`the foreground ended with ${code}`);
  return JSON.parse(text);
}

/** Cleanly, so that no engine is left behind. */
async function end(backup, ended) {
  if (backup.exitCode === null && backup.signalCode === null) backup.kill('SIGINT');
  await ended;
}
