import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { bundled } from '../../../tools/testing/bundled.mjs';
import { checkProcess, shim } from '../../../tools/vitest/programs.mjs';
import type { Asked } from './killed-program.ts';

const source = fileURLToPath(new URL('killed-program.ts', import.meta.url));

/** Another process runs a job until it is killed, as soon as this is the case. */
export async function killedWhen(asked: Asked, isTime: () => boolean): Promise<void> {
  const child = spawn(process.execPath, [bundled(source, shim, checkProcess), JSON.stringify(asked)], {
    stdio: 'inherit',
  });
  try {
    await eventually(isTime);
  } finally {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
}

export async function eventually(what: () => boolean): Promise<void> {
  for (const end = performance.now() + 50_000; !what();) {
    if (performance.now() > end) throw new Error(`never: ${String(what)}`);
    await delay(20);
  }
}
