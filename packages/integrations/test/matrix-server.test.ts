import { createHmac, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort, serve } from '../../../tools/testing/servers/start.ts';
import { aMessage, send } from './support.ts';

const program = process.env['UMBRA_TEST_SYNAPSE'] ?? '';

/** What it lets one account send at once. */
const mostAtOnce = 4;

interface Answer {
  readonly nonce?: string;
  readonly access_token?: string;
  readonly room_id?: string;
  readonly chunk?: readonly { readonly type: string; readonly content: unknown }[];
}

describe.skipIf(program === '')('Synapse, the homeserver of Matrix itself', () => {
  const folder = mkdtempSync(join(tmpdir(), 'umbra-matrix-'));
  let address: string;
  let token: string;
  let room: string;
  let stop: () => Promise<void> = async () => undefined;

  async function ask(method: string, path: string, body?: unknown): Promise<Answer> {
    const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const response = await fetch(`${address}${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...authorization },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`${path}: ${JSON.stringify(answer)}`);
    return answer as Answer;
  }

  async function register(shared: string): Promise<string> {
    const path = '/_synapse/admin/v1/register';
    const { nonce = '' } = await ask('GET', path);
    const account = { username: 'umbra', password: 'of umbra' };
    const signed = [nonce, account.username, account.password, 'notadmin'].join('\0');
    const mac = createHmac('sha1', shared).update(signed).digest('hex');
    return (await ask('POST', path, { nonce, ...account, admin: false, mac })).access_token ?? '';
  }

  beforeAll(async () => {
    const port = await freePort();
    address = `http://127.0.0.1:${port}`;
    const shared = randomBytes(16).toString('hex');
    const inFolder = (name: string): string => join(folder, name);
    writeFileSync(inFolder('key'), `ed25519 a_test ${randomBytes(32).toString('base64').replaceAll('=', '')}\n`);
    writeFileSync(inFolder('log.yaml'), JSON.stringify({ version: 1, root: { level: 'ERROR' } }));
    const resources = [{ names: ['client'] }];
    const settings = {
      server_name: 'example.net',
      pid_file: inFolder('pid'),
      listeners: [{ port, type: 'http', tls: false, bind_addresses: ['127.0.0.1'], resources }],
      database: { name: 'sqlite3', args: { database: inFolder('events') } },
      media_store_path: inFolder('media'),
      signing_key_path: inFolder('key'),
      log_config: inFolder('log.yaml'),
      registration_shared_secret: shared,
      macaroon_secret_key: shared,
      report_stats: false,
      trusted_key_servers: [],
      rc_message: { per_second: 0.01, burst_count: mostAtOnce },
    };
    writeFileSync(inFolder('homeserver.yaml'), JSON.stringify(settings));
    stop = await serve(program, ['-c', inFolder('homeserver.yaml')], folder, port);
    token = await register(shared);
    room = (await ask('POST', '/_matrix/client/v3/createRoom', { preset: 'private_chat' })).room_id ?? '';
  });
  afterAll(async () => {
    await stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** What was said in the room, oldest first. */
  async function said(): Promise<readonly unknown[]> {
    const path = `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/messages?dir=f&limit=100`;
    const { chunk = [] } = await ask('GET', path);
    return chunk.filter(({ type }) => type === 'm.room.message').map(({ content }) => content);
  }

  test('has what was sent in the room, once however often it is sent', async () => {
    for (let n = 0; n < 2; n += 1) await send('matrix', { url: address, room, token });
    const { subject, text } = aMessage();
    expect(await said()).toMatchObject([{ msgtype: 'm.text', body: `${subject}\n${text}` }]);
  });

  test('takes what is left of a text that is too long for it', async () => {
    await send('matrix', { url: address, room, token }, aMessage({ id: 'digest/1|ä', text: '\n"ä"'.repeat(40_000) }));
    expect(await said()).toHaveLength(2);
  });

  test.each([
    ['a token that it does not know', { token: 'syt_of_nobody' }],
    ['a room in which the account is not', { room: '!elsewhere:example.net' }],
  ])('refuses %s for good', async (_, wrong) => {
    const sent = send('matrix', { url: address, room, token, ...wrong }, aMessage({ id: 'never' }));
    await expect(sent).rejects.toMatchObject({ code: 'notify.refused', hint: 'Look at its token or password.' });
  });

  test('refuses for now what is too much for it', async () => {
    const more = async (): Promise<void> => {
      for (let n = 0; n < mostAtOnce; n += 1)
        await send('matrix', { url: address, room, token }, aMessage({ id: `${n}` }));
    };
    const message: unknown = expect.stringContaining('M_LIMIT_EXCEEDED');
    await expect(more()).rejects.toMatchObject({ code: 'notify.unreachable', message });
  });
});
