import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';

/** What a process tells that is interrupted so often at once, and how it ends. */
function interrupted(times: number, given: string): { code: number | null; told: string } {
  const code = `import { watchInterrupt } from ${JSON.stringify(join(import.meta.dirname, 'interrupt.ts'))};
    const tell = (text) => process.stdout.write(text + '\\n');
    const interrupt = watchInterrupt({ notice: tell, tidy: () => tell('tidied') });
    const soon = (text) => () => new Promise((resolve) => setTimeout(() => resolve(tell(text)), 20));
    ${given}
    setTimeout(() => process.exit(1), 10_000);
    for (let time = 0; time < ${times}; time += 1) process.emit('SIGINT');`;
  const args = ['--no-warnings', '--conditions=@umbra/source', '--input-type=module', '-e', code];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  return { code: status, told: stdout + stderr };
}

test('the second Ctrl-C kills what runs here, and then leaves', () => {
  expect(interrupted(2, "interrupt.onKill(soon('killed'));")).toEqual({
    code: 130,
    told: 'Cancelling cleanly; Ctrl-C once more kills.\nKilling what runs.\nkilled\ntidied\n',
  });
});

test('where it runs elsewhere the second one leaves, but not before it is told there what the first one asked for', () => {
  expect(interrupted(2, "interrupt.leaveRuns(); interrupt.onKill(soon('asked'));")).toEqual({
    code: 130,
    told: 'Cancelling cleanly; Ctrl-C once more leaves.\nasked\ntidied\n',
  });
});

test('the third one waits for nothing', () => {
  expect(interrupted(3, "interrupt.leaveRuns(); interrupt.onKill(soon('asked'));")).toEqual({
    code: 130,
    told: 'Cancelling cleanly; Ctrl-C once more leaves.\ntidied\n',
  });
});
