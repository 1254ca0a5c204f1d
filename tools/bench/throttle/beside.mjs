import { spawn } from 'node:child_process';
import { once } from 'node:events';

const foreground = new URL('./foreground.mjs', import.meta.url).pathname;
/** A backup has begun to work after this. */
const settleMs = 1500;

/** What the foreground comes to while a backup runs beside it, in a session of its own as from a timer; alone without one. */
export async function beside(command, [kind, forMs, file]) {
  const backup = command && spawn(command.program, command.args, { ...command, detached: true, stdio: 'ignore' });
  try {
    if (backup !== undefined) await new Promise((resolve) => void setTimeout(resolve, settleMs));
    const hasEnded = () => backup?.exitCode !== null && backup !== undefined;
    if (hasEnded()) throw new Error(`${command.program} ended at once with ${backup.exitCode}`);
    const result = await answerOf(spawn(process.execPath, [foreground, kind, forMs, file ?? ''], { detached: true }));
    return { ...result, outlived: hasEnded() };
  } finally {
    if (backup !== undefined) await end(backup);
  }
}

async function answerOf(child) {
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (piece) => (text += piece));
  child.stderr.resume();
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`the foreground ended with ${code}`);
  return JSON.parse(text);
}

/** Cleanly, so that no engine is left behind. */
async function end(backup) {
  if (backup.exitCode !== null || backup.signalCode !== null) return;
  const ended = once(backup, 'exit');
  backup.kill('SIGINT');
  await ended;
}
