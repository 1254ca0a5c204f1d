import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { bundled } from '../../../tools/testing/bundled.mjs';
import { shim } from '../../../tools/vitest/programs.mjs';
import type { CoordinatorWork } from './coordinator-program.ts';
import { eventually } from './stage.ts';

const program = bundled(fileURLToPath(new URL('./coordinator-program.ts', import.meta.url)), shim);

/** A coordinator in a process of its own. */
export interface Coordinator {
  readonly pid: number;
  /** How far it is: `starting` before it starts its engine, `started` afterwards. */
  has(word: 'starting' | 'started'): boolean;
  end(signal: NodeJS.Signals): Promise<void>;
}

export async function spawnCoordinator(work: CoordinatorWork, until: 'starting' | 'started'): Promise<Coordinator> {
  const child = spawn(process.execPath, [program, JSON.stringify(work)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const has = (word: string): boolean => output.includes(word);
  await eventually(() => has(until), `a coordinator that has ${until}`);
  return {
    pid: child.pid ?? 0,
    has,
    async end(signal) {
      child.kill(signal);
      await ended;
    },
  };
}
