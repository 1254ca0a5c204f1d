import { chmodSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { aMessage, kindNamed, secretText, send, valuesOf } from './support.ts';

const folder = mkdtempSync(join(tmpdir(), 'umbra-told-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'told');

test('a program gets the text at its input, the rest in its environment, and nothing else of ours', async () => {
  const script = `{ cat; env | sort; } > ${file}`;
  await send('command', { run: ['sh', '-c', script], env: { TOKEN: secretText } });
  const told = readFileSync(file, 'utf8');
  expect(told).toContain(aMessage().text);
  expect(told).toContain(`TOKEN=${secretText}\nUMBRA_EVENT=failed\nUMBRA_HOST=attic\n`);
  expect(told).toContain('UMBRA_JOB=documents\nUMBRA_REPOSITORY=home\nUMBRA_RUN=r-1\n');
  expect(told).not.toContain('VITEST');
});

test('a program starts in the home folder, as hooks do, and where there is none in the root folder', async () => {
  const home = realpathSync(folder);
  writeFileSync(join(home, 'tell'), `#!/bin/sh\npwd > ${file}\n`, { mode: 0o700 });
  const tell = (HOME: string, program: string) =>
    kindNamed('command', { HOME }).send(aMessage(), valuesOf({ run: [program] }), new AbortController().signal);
  await tell(home, './tell');
  expect(readFileSync(file, 'utf8').trim()).toBe(home);
  symlinkSync('circle', join(home, 'circle'));
  for (const none of ['/nowhere', join(home, 'circle')]) {
    writeFileSync(file, '');
    await tell(none, join(home, 'tell'));
    expect(readFileSync(file, 'utf8').trim()).toBe('/');
  }
});

test.each([
  ['exit 75', 'notify.unreachable'],
  ['kill -9 $$', 'notify.unreachable'],
  ['echo no >&2; exit 3', 'notify.refused'],
] as const)('a program that ends with %j is %s', async (script, code) => {
  await expect(send('command', { run: ['sh', '-c', script] })).rejects.toMatchObject({ code });
});

test('a program that is not there is a matter for a person', async () => {
  await expect(send('command', { run: ['/nowhere/tell'] })).rejects.toMatchObject({
    code: 'notify.refused',
    message: '/nowhere/tell cannot be started (ENOENT)',
  });
});

test('one that hangs is ended with all that it started, and what it leaves behind as well', async () => {
  const abort = new AbortController();
  const pids = join(folder, 'pids');
  const script = `sleep 1000 & echo $! > ${pids}; touch ${pids}.ready; wait`;
  const sent = send('command', { run: ['sh', '-c', script] }, aMessage(), abort.signal);
  const isThere = (): boolean => {
    try {
      return readFileSync(`${pids}.ready`, 'utf8') === '';
    } catch {
      return false;
    }
  };
  while (!isThere()) await new Promise((resolve) => setTimeout(resolve, 5));
  abort.abort();
  await expect(sent).rejects.toMatchObject({ code: 'notify.unreachable' });
  const child = Number(readFileSync(pids, 'utf8'));
  expect(stateOf(child)).toMatch(/^(?:gone|Z|X)$/);
});

const stateOf = (pid: number): string => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3);
  } catch {
    return 'gone';
  }
};

test('the desktop gets the text as text, whatever is in it', async () => {
  // Stands for the program of the desktop, which nobody sees here.
  writeFileSync(join(folder, 'notify-send'), `#!/bin/sh\nprintf '%s\\n' "$@" > ${file}\n`);
  chmodSync(join(folder, 'notify-send'), 0o700);
  const env = { PATH: `${folder}:${process.env['PATH']}` };
  const message = aMessage({ subject: '--help', text: '<b>bold</b> & more' });
  await kindNamed('desktop', env).send(message, valuesOf({}), new AbortController().signal);
  const expected = ['--urgency=critical', '--app-name=umbra', '--', '--help', '&lt;b&gt;bold&lt;/b&gt; &amp; more'];
  expect(readFileSync(file, 'utf8').trim().split('\n')).toEqual(expected);
});
