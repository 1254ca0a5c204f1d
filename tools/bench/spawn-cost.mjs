import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** The kernel counts in these, whatever its own clock does. */
const tickMs = 10;

/**
 * Runs a program to its end and gives what it cost: `{ wallMs, cpuMs, stdout }`. The CPU time is that of the program and
 * of all its descendants that were waited for; undefined where there is no /proc. Any other exit than 0 throws.
 */
export function spawnCost(program, args, { env = process.env, cwd, stdin = 'ignore', keepOutput = false } = {}) {
  const cpuBefore = childrenCpuMs();
  const startedAt = performance.now();
  const child = spawn(program, args, { env, cwd, stdio: [stdin, keepOutput ? 'pipe' : 'ignore', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  child.stdout?.setEncoding('utf8').on('data', (text) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text) => (output.stderr = (output.stderr + text).slice(-4000)));
  let wallMs = 0;
  child.on('exit', () => (wallMs = performance.now() - startedAt));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code !== 0) {
        reject(new Error(`${program} ${args.join(' ')} ended with ${code ?? signal}: ${output.stderr}`));
        return;
      }
      const cpuAfter = childrenCpuMs();
      resolve({ wallMs, cpuMs: cpuBefore === undefined ? undefined : cpuAfter - cpuBefore, stdout: output.stdout });
    });
  });
}

/** User and system time of all children that were waited for, with theirs. */
export function childrenCpuMs() {
  try {
    // The name in field 2 may hold blanks and brackets; what follows the last bracket starts at field 3.
    const fields = readFileSync('/proc/self/stat', 'latin1').split(') ').at(-1).split(' ');
    return (Number(fields[13]) + Number(fields[14])) * tickMs;
  } catch {
    return undefined;
  }
}
