import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Secret, type ChannelDefinition, type Configuration } from '@umbracore/contracts';
import { secretStoreIn } from '@umbracore/runtime';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { World } from './support/world.ts';

const canary = 'canary-9d24-never-shown';

/** Channels that are programs: one keeps what it is told, one wants a secret that is not there, one fails and says its secret. */
function configured(folder: string): Partial<Configuration> {
  writeFileSync(join(folder, 'token'), canary, { mode: 0o600 });
  const shell = (text: string): readonly string[] => ['sh', '-c', text];
  const token = (name: string) => ({ map: { TOKEN: { from: { scheme: 'file', target: join(folder, name) } } } });
  const channel = (name: string, run: readonly string[], env: string): ChannelDefinition => ({
    name,
    kind: 'command',
    settings: { run, env: token(env) },
  });
  return {
    notifications: {
      channels: [
        channel('good', shell(`cat > ${join(folder, 'told')}`), 'token'),
        channel('lost', shell('true'), 'absent'),
        channel('loud', shell('echo $TOKEN >&2; exit 1'), 'token'),
      ],
      rules: [
        {
          on: ['failed'],
          severity: undefined,
          jobs: [],
          tags: [],
          channels: ['good'],
          repeatEveryMs: undefined,
          quietHours: undefined,
          digest: undefined,
        },
      ],
    },
  };
}

let world: World;
beforeAll(async () => {
  world = await World.open({ also: configured });
});
afterAll(() => world[Symbol.asyncDispose]());

test('channels, rules and the queue are listed', async () => {
  expect(await world.get('/v1/notifications')).toMatchObject({
    schema: 'umbra.notify/1',
    channels: [
      { name: 'good', type: 'command', lastSentAt: null, waiting: 0, error: null },
      { name: 'lost' },
      { name: 'loud' },
    ],
    rules: [{ on: ['failed'], to: ['good'] }],
    waiting: 0,
    troubled: 0,
    failed: 0,
    untold: [],
  });
});

test('a preview says the words and who gets them, and sends nothing', async () => {
  const preview = await world.get('/v1/notifications/preview?event=failed&job=documents');
  expect(preview).toMatchObject({
    event: 'failed',
    subject: expect.stringContaining('documents'),
    to: [{ channel: 'good' }],
  });
  expect(await world.get('/v1/notifications/preview?event=succeeded')).toMatchObject({ to: [] });
  expect(existsSync(join(world.folder, 'told'))).toBe(false);
  expect((await world.ask('/v1/notifications/preview?event=fire')).status).toBe(400);
  expect((await world.ask('/v1/notifications/preview?job=nobody')).status).toBe(404);
});

test('a test is sent past all rules, and says which channels took it', async () => {
  const answer = await world.post('/v1/notifications/test', { event: 'succeeded' });
  expect([answer.status, JSON.parse(answer.text)]).toMatchObject([
    200,
    {
      schema: 'umbra.notify-test/1',
      channels: [
        { channel: 'good', sent: true, error: null },
        { channel: 'lost', sent: false, error: { code: 'secret.unavailable' } },
        { channel: 'loud', sent: false, error: { message: expect.stringContaining('[secret]') } },
      ],
    },
  ]);
  expect(answer.text).not.toContain(canary);
  expect(readFileSync(join(world.folder, 'told'), 'utf8')).toContain('documents');
  expect((await world.post('/v1/notifications/test', { channels: ['goood'] })).text).toContain('Did you mean');
});

test('secrets are told by name, and whether they are there', async () => {
  await secretStoreIn(world.runtime.paths.stateDir, {}, world.runtime.clock).set('ntfy', new Secret(canary));
  const listed = await world.ask('/v1/secrets');
  expect(JSON.parse(listed.text)).toMatchObject({
    schema: 'umbra.secrets/1',
    key: 'file',
    secrets: [{ name: 'ntfy' }],
  });
  const checked = await world.post('/v1/secrets/check', {});
  const of = (channel: string): string => `notifications.channels.${channel}.env.TOKEN`;
  expect(JSON.parse(checked.text)).toMatchObject({
    schema: 'umbra.secret-check/1',
    secrets: expect.arrayContaining([
      {
        reference: `file:${join(world.folder, 'token')}`,
        usedBy: [of('good'), of('loud')],
        found: true,
        error: null,
        note: null,
      },
      {
        reference: `file:${join(world.folder, 'absent')}`,
        usedBy: [of('lost')],
        found: false,
        error: expect.objectContaining({ code: 'secret.unavailable' }),
        note: null,
      },
    ]),
  });
  for (const { text } of [listed, checked]) expect(text).not.toContain(canary);
});
