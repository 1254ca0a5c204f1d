import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const limitMs = 20_000;

/** A pipe that nobody writes to is a file whose opening never comes back. */
function ended(open: (pipe: string) => string): { readonly status: number | null; readonly stdout: string } {
  const folder = mkdtempSync(join(tmpdir(), 'umbra-end-'));
  try {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const program = `
      import { open } from 'node:fs/promises';
      import { endProcess } from ${JSON.stringify(new URL('end-process.ts', import.meta.url).href)};
      ${open(JSON.stringify(pipe))}
      await new Promise((resolve) => setTimeout(resolve, 50));
      process.stdout.write('told', () => endProcess(75));
    `;
    const args = ['--input-type=module', '--eval', program];
    return spawnSync(process.execPath, args, { timeout: limitMs, killSignal: 'SIGKILL', encoding: 'utf8' });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test.each([
  ['with nothing open', () => ''],
  ['while a file never opens', (pipe: string) => `void open(${pipe}, 'r');`],
])(
  'ends with its exit code %s',
  (_, open) => {
    expect(ended(open)).toMatchObject({ status: 75, stdout: 'told' });
  },
  limitMs,
);
