import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { umbra } from '../../dev/bundle.mjs';

/** Starts `umbra daemon run` and resolves when it listens: `{ pid, stop() }`. */
export async function startDaemon(env, cwd) {
  const child = spawn(process.execPath, [umbra, 'daemon', 'run'], { env, cwd, stdio: ['ignore', 'pipe', 'inherit'] });
  const [first] = await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  if (child.exitCode !== null) throw new Error(`the daemon ended with ${first}`);
  return {
    pid: child.pid,
    async stop() {
      child.kill('SIGTERM');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    },
  };
}
