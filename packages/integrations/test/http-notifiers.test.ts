import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { aMessage, kindNamed, secretText, send, valuesOf } from './support.ts';
import { StrictServer, type Answer, type Seen } from './strict-server.ts';

// The rules are those of the services' documentation, held strictly. Of ntfy and Matrix the servers themselves are tried too, beside this
// file; the others are hosted, or not to be had as a package.

const refuse = (status: number, body: string): Answer => ({ status, body });
const isJson = ({ headers }: Seen): boolean => headers['content-type'] === 'application/json';
/** Half a character is no text: services answer to it as to a body that is no JSON. */
const isText = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && !/[\uD800-\uDFFF]/u.test(value);
const parsed = ({ body }: Seen): Readonly<Record<string, unknown>> => JSON.parse(body) as Record<string, unknown>;

const ntfy = (seen: Seen): Answer => {
  if (seen.headers.authorization !== `Bearer ${secretText}`) return refuse(403, '{"code":40301,"error":"forbidden"}');
  if (seen.url.pathname !== '/') return refuse(404, 'JSON is published to the root');
  const { topic, title, message, priority, tags } = parsed(seen);
  const isValid =
    typeof topic === 'string' &&
    /^[-_A-Za-z0-9]{1,64}$/.test(topic) &&
    typeof title === 'string' &&
    typeof message === 'string' &&
    Buffer.byteLength(message) <= 4096 &&
    [1, 2, 3, 4, 5].includes(Number(priority)) &&
    Array.isArray(tags);
  return isValid ? { status: 200, body: '{}' } : refuse(400, '{"code":40024}');
};

const slack = (seen: Seen): Answer => {
  if (seen.url.pathname !== `/services/${secretText}`) return refuse(404, 'no_team');
  const { text } = parsed(seen);
  if (!isJson(seen) || !isText(text)) return refuse(400, 'no_text');
  if (text.length > 4000) return refuse(400, 'longer than what is recommended');
  // What is not escaped is taken for a link or a mention.
  return /<|>|&(?!amp;|lt;|gt;)/.test(text) ? refuse(400, 'invalid_payload') : { status: 200, body: 'ok' };
};

const discord = (seen: Seen): Answer => {
  const { content, allowed_mentions: mentions } = parsed(seen);
  if (!isJson(seen) || !isText(content)) return refuse(400, '{"code":50006}');
  if (content.length > 2000) return refuse(400, '{"code":50035}');
  const isCalm = JSON.stringify(mentions) === '{"parse":[]}';
  return isCalm ? { status: 204 } : refuse(400, '{"code":50035}');
};

const telegram = (seen: Seen): Answer => {
  if (seen.url.pathname !== `/bot${secretText}/sendMessage`) return refuse(401, '{"ok":false,"error_code":401}');
  const { chat_id: chat, text, parse_mode: mode } = parsed(seen);
  // With a mode, what is not escaped would be refused.
  const isValid = isJson(seen) && chat === '-1001' && isText(text) && text.length <= 4096 && mode === undefined;
  return isValid ? { status: 200, body: '{"ok":true}' } : refuse(400, '{"ok":false,"error_code":400}');
};

const gotify = (seen: Seen): Answer => {
  if (seen.url.pathname !== '/sub/message') return refuse(404, '{"error":"Not Found"}');
  if (seen.headers['x-gotify-key'] !== secretText) return refuse(401, '{"error":"Unauthorized"}');
  const { message, priority } = parsed(seen);
  const isValid = isJson(seen) && isText(message) && Number.isInteger(priority);
  return isValid ? { status: 200, body: '{"id":1}' } : refuse(400, '{"error":"Bad Request"}');
};

const pushover = (seen: Seen): Answer => {
  if (seen.headers['content-type'] !== 'application/x-www-form-urlencoded') return refuse(400, '{"status":0}');
  const form = new URLSearchParams(seen.body);
  const isValid =
    seen.url.pathname === '/1/messages.json' &&
    form.get('token') === secretText &&
    form.get('user') === 'u-1' &&
    isText(form.get('message')) &&
    (form.get('message') ?? '').length <= 1024 &&
    (form.get('title') ?? '').length <= 250 &&
    !seen.body.includes('%EF%BF%BD') &&
    ['-2', '-1', '0', '1'].includes(form.get('priority') ?? '');
  return isValid ? { status: 200, body: '{"status":1}' } : refuse(400, '{"status":0}');
};

const matrix = (seen: Seen): Answer => {
  if (seen.headers.authorization !== `Bearer ${secretText}`) return refuse(401, '{"errcode":"M_UNKNOWN_TOKEN"}');
  const path = /^\/_matrix\/client\/v3\/rooms\/([^/]+)\/send\/m\.room\.message\/([^/]+)$/.exec(seen.url.pathname);
  if (seen.method !== 'PUT' || decodeURIComponent(path?.[1] ?? '') !== '!abc:example.net')
    return refuse(403, '{"errcode":"M_FORBIDDEN"}');
  const { msgtype, body } = parsed(seen);
  const isValid = msgtype === 'm.text' && isText(body) && Buffer.byteLength(seen.body) < 64_000;
  return isValid ? { status: 200, body: '{"event_id":"$1"}' } : refuse(400, '{"errcode":"M_BAD_JSON"}');
};

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const healthchecks = (seen: Seen): Answer => {
  const isPing = /^\/ping\/canary-9c41-never-shown(?:\/(?:start|fail|log))?$/.test(seen.url.pathname);
  if (!isPing) return refuse(404, 'not found');
  if (!uuid.test(seen.url.searchParams.get('rid') ?? '')) return refuse(400, 'invalid uuid format');
  return { status: 200, body: 'OK' };
};

type Settings = (address: string) => Record<string, string>;

const services: readonly (readonly [string, (seen: Seen) => Answer, Settings])[] = [
  ['ntfy', ntfy, (address) => ({ url: `${address}/backups`, token: secretText })],
  ['slack', slack, (address) => ({ url: `${address}/services/${secretText}` })],
  ['discord', discord, (address) => ({ url: `${address}/api/webhooks/1/${secretText}` })],
  ['telegram', telegram, (address) => ({ url: address, token: secretText, chat: '-1001' })],
  ['gotify', gotify, (address) => ({ url: `${address}/sub/`, token: secretText })],
  ['pushover', pushover, (address) => ({ url: address, token: secretText, user: 'u-1' })],
  ['matrix', matrix, (address) => ({ url: address, token: secretText, room: '!abc:example.net' })],
  ['healthchecks', healthchecks, (address) => ({ url: `${address}/ping/${secretText}` })],
];

describe.each(services)('%s', (kind, rules, settings) => {
  test('its service takes the message, however long it is', async () => {
    await using server = await StrictServer.start(rules);
    await send(kind, settings(server.address));
    await send(kind, settings(server.address), aMessage({ text: '\n&<>"ä'.repeat(10_000) }));
    expect(server.seen).toHaveLength(2);
  });

  test('no character is cut in half', async () => {
    await using server = await StrictServer.start(rules);
    for (const before of ['', '-'])
      await send(kind, settings(server.address), aMessage({ subject: 'it', text: before + '🗄'.repeat(5000) }));
    expect(server.seen).toHaveLength(2);
  });

  test('one that has trouble is tried again, one that refuses is not, and an error has no token in it', async () => {
    const answers: Answer[] = [refuse(500, 'oops'), refuse(429, 'slow down'), refuse(401, 'who are you?')];
    await using server = await StrictServer.start(() => answers.shift() ?? { status: 200 });
    for (const code of ['notify.unreachable', 'notify.unreachable', 'notify.refused']) {
      const error: unknown = await send(kind, settings(server.address)).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code });
      expect(String(error)).not.toContain(secretText);
    }
  });
});

test.each([
  ['slack', { status: 429, body: 'ratelimited', headers: { 'retry-after': '30' } }, 30_000],
  [
    'discord',
    { status: 429, body: '{"message":"You are being rate limited.","retry_after":64.57,"global":false}' },
    64_570,
  ],
  ['telegram', { status: 429, body: '{"ok":false,"error_code":429,"parameters":{"retry_after":8}}' }, 8000],
  ['matrix', { status: 429, body: '{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":2000}' }, 2000],
  ['pushover', { status: 429, body: '{"status":0,"errors":["application is over its quota"]}' }, undefined],
  ['gotify', { status: 503, headers: { 'retry-after': 'soon' } }, undefined],
])('%s answers %j, and is left alone for %s ms', async (kind, answer, retryAfterMs) => {
  await using server = await StrictServer.start(() => answer);
  const [, , settings] = services.find(([name]) => name === kind) ?? [];
  const error: unknown = await send(kind, settings?.(server.address) ?? {}).catch((thrown: unknown) => thrown);
  const context = retryAfterMs === undefined ? {} : { retryAfterMs };
  expect(error).toEqual(expect.objectContaining({ code: 'notify.unreachable', context }));
});

describe('whatever goes over HTTP', () => {
  test('ends soon after it is aborted', async () => {
    await using server = await StrictServer.start(() => 'never');
    const abort = new AbortController();
    const sent = send('webhook', { url: server.address }, aMessage(), abort.signal);
    abort.abort();
    await expect(sent).rejects.toMatchObject({ code: 'notify.unreachable' });
  });

  test('goes nowhere else than where the configuration says', async () => {
    await using other = await StrictServer.start(() => ({ status: 200 }));
    await using server = await StrictServer.start(() => ({ status: 307, headers: { location: other.address } }));
    await expect(send('webhook', { url: server.address })).rejects.toMatchObject({ code: 'notify.refused' });
    expect(other.seen).toEqual([]);
  });

  test('is not read to its end: an answer without end does no harm', async () => {
    await using server = await StrictServer.start(() => ({ status: 400, body: 'x'.repeat(5_000_000) }));
    const error: unknown = await send('webhook', { url: server.address }).catch((thrown: unknown) => thrown);
    expect(String(error).length).toBeLessThan(400);
  });

  test.each([
    [500, 'Look at its server, or wait until that is well again.'],
    [429, 'Wait a moment: it wants to be asked less often.'],
  ])('does not promise on a %i that it is tried again: a test is not', async (status, hint) => {
    await using server = await StrictServer.start(() => ({ status }));
    await expect(send('webhook', { url: server.address })).rejects.toMatchObject({ code: 'notify.unreachable', hint });
  });

  test.each([
    ['webhook', '/'],
    ['healthchecks', '/ping/1'],
    ['gotify', '/'],
    ['ntfy', '/backups'],
  ])('a user and a password in the address of %s are its login, and are shown by no error', async (kind, path) => {
    await using server = await StrictServer.start(() => ({ status: server.seen.length < 2 ? 200 : 400 }));
    const url = `${server.address.replace('http://', `http://me%40here:${secretText}@`)}${path}`;
    await send(kind, { url });
    expect(server.seen[0]?.headers.authorization).toBe(`Basic ${btoa(`me@here:${secretText}`)}`);
    const error: unknown = await send(kind, { url }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'notify.refused' });
    expect(String(error)).not.toContain(secretText);
  });

  test('to nobody is tried again', async () => {
    const server = await StrictServer.start(() => 'never');
    const { address } = server;
    await server[Symbol.asyncDispose]();
    await expect(send('webhook', { url: address })).rejects.toMatchObject({
      code: 'notify.unreachable',
      hint: 'Look at its address and the network.',
    });
  });
});

describe('webhook', () => {
  test('signs as Standard Webhooks say', async () => {
    await using server = await StrictServer.start(() => ({ status: 204 }));
    await send('webhook', { url: server.address, secret: `whsec_${Buffer.from('key').toString('base64')}` });
    const [seen] = server.seen;
    const { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': signature } = seen?.headers ?? {};
    const expected = createHmac('sha256', 'key')
      .update(`${String(id)}.${String(time)}.${seen?.body}`)
      .digest('base64');
    expect([id, signature]).toEqual([aMessage().id, `v1,${expected}`]);
    expect(JSON.parse(seen?.body ?? '')).toMatchObject({ schema: 'umbra.notification/1', event: 'failed' });
  });

  test('a template is filled in, escaped in JSON, and never filled in twice', async () => {
    await using server = await StrictServer.start(() => ({ status: 200 }));
    const template = '{"title":"{{subject}}","body":"{{ text }}","run":"{{run}}"}';
    await send('webhook', { url: server.address, template }, aMessage({ subject: '{{text}}' }));
    const [seen] = server.seen;
    expect(JSON.parse(seen?.body ?? '')).toEqual({ title: '{{text}}', body: aMessage().text, run: 'r-1' });
    await send('webhook', { url: server.address, template: 'Why: {{why}}', contentType: 'text/plain' });
    expect(server.seen[1]?.body).toBe('Why: it is "locked"');
  });

  test('a template that names what is not there is refused with the configuration', () => {
    expect(() => kindNamed('webhook').check?.(valuesOf({ template: '{{jb}}' }))).toThrow('no {{jb}}');
  });
});

describe('healthchecks', () => {
  test.each([
    ['started', '/start'],
    ['succeeded', ''],
    ['warning', '/fail'],
    ['failed', '/fail'],
    ['skipped', '/log'],
  ] as const)('%s pings %j, with the same id for the same run', async (event, path) => {
    await using server = await StrictServer.start(healthchecks);
    for (let n = 0; n < 2; n += 1)
      await send('healthchecks', { url: `${server.address}/ping/${secretText}` }, aMessage({ event }));
    expect(server.seen[0]?.url.pathname).toBe(`/ping/${secretText}${path}`);
    expect(server.seen[0]?.url.search).toBe(server.seen[1]?.url.search);
  });

  test.each([
    ['OK (not found)', 'notify.refused', {}],
    ['OK (rate limited)', 'notify.unreachable', { retryAfterMs: 60_000 }],
  ])('a ping answered by 200 and %j was not taken', async (body, code, context) => {
    await using server = await StrictServer.start(() => ({ status: 200, body }));
    const error: unknown = await send('healthchecks', { url: `${server.address}/ping/${secretText}` }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code, context });
    expect(String(error)).not.toContain(secretText);
  });

  test('what a warning counts as can be said', async () => {
    await using server = await StrictServer.start(healthchecks);
    const url = `${server.address}/ping/${secretText}`;
    await send('healthchecks', { url, warnings: 'success' }, aMessage({ event: 'warning' }));
    expect(server.seen[0]?.url.pathname).toBe(`/ping/${secretText}`);
  });
});
