import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort, serve } from '../../../tools/testing/servers/start.ts';
import { aMessage, send } from './support.ts';

const program = process.env['UMBRA_TEST_NTFY'] ?? '';

/** What it lets one visitor send in a day. */
const mostMessages = 3;

interface Kept {
  readonly event: string;
  readonly title: string;
  readonly message: string;
  readonly priority: number;
  readonly tags: readonly string[];
  readonly attachment?: unknown;
}

describe.skipIf(program === '')('a real ntfy server', () => {
  const folder = mkdtempSync(join(tmpdir(), 'umbra-ntfy-'));
  let address: string;
  let token: string;
  let stop: () => Promise<void> = async () => undefined;

  beforeAll(async () => {
    const port = await freePort();
    address = `http://127.0.0.1:${port}`;
    const config = join(folder, 'server.yml');
    const settings = {
      'listen-http': `127.0.0.1:${port}`,
      'auth-file': join(folder, 'users'),
      'auth-default-access': 'deny-all',
      'cache-file': join(folder, 'messages'),
      'visitor-message-daily-limit': mostMessages,
    };
    writeFileSync(config, JSON.stringify(settings));
    stop = await serve(program, ['serve', '--config', config], folder, port);
    const say = (noun: string, ...args: readonly string[]): string => {
      const env = { PATH: process.env['PATH'], NTFY_PASSWORD: 'of the keeper' };
      const { stdout, stderr } = spawnSync(program, [noun, '--config', config, ...args], { env, encoding: 'utf8' });
      return stdout + stderr;
    };
    say('user', 'add', 'keeper');
    say('access', 'keeper', 'backups', 'rw');
    token = /tk_\w+/.exec(say('token', 'add', 'keeper'))?.[0] ?? 'none was made';
  });
  afterAll(async () => {
    await stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const kept = async (): Promise<readonly Kept[]> => {
    const headers = { authorization: `Bearer ${token}` };
    const text = await (await fetch(`${address}/backups/json?poll=1`, { headers })).text();
    return text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Kept);
  };

  test('has what was sent as it was meant, by token or password, and a long text is cut and no attachment', async () => {
    await send('ntfy', { url: `${address}/backups`, token });
    const long = aMessage({ subject: '"ä"'.repeat(500), text: '\n"ä"'.repeat(3000), severity: 'info' });
    await send('ntfy', { url: `${address}/backups`, user: 'keeper', password: 'of the keeper' }, long);
    const [first, second] = await kept();
    const { subject: title, text: message } = aMessage();
    expect(first).toMatchObject({ event: 'message', title, message, priority: 4, tags: ['rotating_light'] });
    expect(second).toMatchObject({ priority: 2, tags: ['white_check_mark'] });
    expect(second?.message.endsWith('…')).toBe(true);
    expect(second?.attachment).toBeUndefined();
  });

  test.each([
    ['a token that it does not know', { token: 'tk_0123456789abcdefghijklmnopqrs' }, '/backups'],
    ['a topic that is not for this user', undefined, '/others'],
    ['nobody', {}, '/backups'],
  ])('refuses %s for good', async (_, login, topic) => {
    const sent = send('ntfy', { url: `${address}${topic}`, ...(login ?? { token }) });
    await expect(sent).rejects.toMatchObject({ code: 'notify.refused', hint: 'Look at its token or password.' });
  });

  test('refuses for now what is too much for it', async () => {
    await expect(
      (async () => {
        for (let n = 0; n < mostMessages; n += 1) await send('ntfy', { url: `${address}/backups`, token });
      })(),
    ).rejects.toMatchObject({ code: 'notify.unreachable', message: expect.stringContaining('429') as string });
  });
});
