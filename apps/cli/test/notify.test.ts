import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { problemsOf } from './support/conforms.ts';
import { NearWorld } from './support/near-world.ts';
import { until, type World } from './support/world.ts';

let world: World;
let server: Server;
let port = 0;
let requests: { readonly id: string; readonly body: string }[] = [];
/** What the server does with a request: it answers with a status, or never. */
let answer: number | 'never' = 200;

beforeAll(async () => {
  world = new NearWorld();
  server = createServer((request, response) => void take(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  port = typeof address === 'object' && address !== null ? address.port : 0;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  world[Symbol.dispose]();
});
beforeEach(() => {
  requests = [];
  answer = 200;
});

async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const body = await bodyOf(request);
  requests.push({ id: String(request.headers['webhook-id']), body });
  if (answer !== 'never') response.writeHead(answer, answer === 429 ? { 'retry-after': '3000' } : {}).end();
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  return body;
}

const idsOf = (): readonly string[] => requests.map(({ id }) => id);
const eventsOf = (): readonly string[] => requests.map(({ body }) => (JSON.parse(body) as { event: string }).event);

function configure(rules: string): void {
  writeFileSync(
    world.config,
    `jobs:
  bad: { command: [sh, -c, 'test -e ${world.at('fixed')}'], retry: { type: none } }
  other: { command: [sh, -c, 'exit 0'] }
notifications:
  channels:
    hook: { type: webhook, url: 'http://127.0.0.1:${port}/hook' }
    file: { type: command, run: [sh, -c, 'cat > ${world.at('told')}'] }
  rules:
${rules}`,
  );
}

interface Listed {
  readonly waiting: number;
  readonly untold: readonly { readonly tries: number; readonly channel: string; readonly dueAt: string }[];
}
const listed = async (): Promise<Listed> => (await world.json('notify', 'list')) as Listed;

test('a failure and the recovery after it are told after the verdict, over each channel', async () => {
  configure('    - { on: [failed, recovered], to: [hook, file] }\n');
  const { code, stderr } = await world.umbra('run', 'bad');
  expect([code, stderr]).toEqual([1, expect.stringContaining('sh ended with 1')]);
  expect(eventsOf()).toEqual(['failed']);
  expect(readFileSync(world.at('told'), 'utf8')).toMatch(/^bad failed on .*\nWhy: sh ended with 1\n/);
  writeFileSync(world.at('fixed'), '');
  await world.umbra('run', 'bad');
  await world.umbra('run', 'bad');
  expect(eventsOf()).toEqual(['failed', 'recovered']);
});

test('what did not arrive changes no verdict, is told of, and arrives with the next run', async () => {
  configure('    - { on: [succeeded], jobs: other, to: hook }\n');
  answer = 503;
  expect((await world.umbra('run', 'other')).code).toBe(0);
  const status = await world.umbra('status', 'other', '--check');
  expect([status.code, status.stderr]).toEqual([
    21,
    expect.stringContaining('1 notification did not arrive yet: umbra notify list'),
  ]);
  const doctor = await world.umbra('doctor');
  expect(doctor.stdout).toContain('1 notification did not arrive yet');
  const list = await listed();
  expect(problemsOf('notify', list)).toEqual([]);
  expect(list.untold[0]).toMatchObject({ tries: expect.any(Number) as number, channel: 'hook' });
  const [first] = idsOf();
  answer = 200;
  // The next try comes within ten seconds, and a run tells what is due.
  for (let n = 0; n < 300 && (await listed()).waiting > 0; n += 1) await world.umbra('run', 'other');
  expect((await listed()).waiting).toBe(0);
  expect(idsOf().filter((id) => id === first).length).toBeGreaterThan(1);
  expect((await world.umbra('status', 'other', '--check')).code).toBe(0);
});

test('a process that is killed while it tells leaves it to the next one, which tells it once', async () => {
  configure('    - { on: [failed], jobs: bad, to: hook }\n');
  writeFileSync(world.config, readFileSync(world.config, 'utf8').replace(world.at('fixed'), world.at('never')));
  answer = 'never';
  const killed = world.start(['run', 'bad']);
  await until('it is told', () => requests.length > 0);
  killed.child.kill('SIGKILL');
  await killed.ended;
  const [first] = idsOf();
  answer = 200;
  requests = [];
  await world.umbra('run', 'other');
  expect(idsOf()).toEqual([first]);
  expect((await listed()).waiting).toBe(0);
});

test('what waits is told by a call of a timer, though nothing is due', async () => {
  configure('    - { on: [succeeded], jobs: other, to: hook }\n');
  answer = 'never';
  const killed = world.start(['run', 'other']);
  await until('it is told', () => requests.length > 0);
  killed.child.kill('SIGKILL');
  await killed.ended;
  answer = 200;
  requests = [];
  const { code, stderr } = await world.umbra('run', '--due');
  expect([code, stderr, eventsOf()]).toEqual([0, 'Nothing is due.\n', ['succeeded']]);
  await world.umbra('run', '--due');
  expect(idsOf()).toHaveLength(1);
});

test('one channel that hangs keeps neither the verdict nor another channel waiting', async () => {
  configure('    - { on: [succeeded], jobs: other, to: [hook, file] }\n');
  answer = 'never';
  writeFileSync(world.at('told'), '');
  const run = world.start(['run', 'other']);
  await until('the verdict', () => run.stdout().includes('other'));
  await until('the other channel', () => readFileSync(world.at('told'), 'utf8').includes('other succeeded'));
  expect((await run.ended).code).toBe(0);
  expect((await listed()).waiting).toBe(1);
});

test('a test goes out past all rules, and a preview sends nothing', async () => {
  configure('    - { on: [failed], to: hook }\n');
  const preview = await world.json('notify', 'preview', 'failed');
  expect(problemsOf('notify-preview', preview)).toEqual([]);
  expect(preview).toMatchObject({ to: [{ channel: 'hook' }], text: expect.stringContaining('What to do: ') as string });
  expect(requests).toEqual([]);
  const sent = await world.json('notify', 'test', 'hook');
  expect(problemsOf('notify-test', sent)).toEqual([]);
  expect(eventsOf()).toEqual(['failed']);
  answer = 401;
  const refused = await world.umbra('notify', 'test', 'hook');
  expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('channel hook: it answered 401')]);
  expect((await world.umbra('notify', 'test', 'hok')).stderr).toContain('Did you mean "hook"?');
});

test('a service that wants to be left alone is not asked again before that', async () => {
  configure('    - { on: [succeeded], jobs: other, to: hook }\n');
  answer = 429;
  // What is listed has whole seconds.
  const before = Math.floor(Date.now() / 1000) * 1000;
  await world.umbra('run', 'other');
  const next = (await listed()).untold.map(({ dueAt }) => Date.parse(dueAt));
  expect(next).not.toEqual([]);
  expect(Math.min(...next)).toBeGreaterThanOrEqual(before + 3_000_000);
});

test('without rules nothing is kept, and nothing of before is told when there are some', async () => {
  using quiet = new NearWorld();
  const config = (rules: string): void =>
    writeFileSync(
      quiet.config,
      `jobs: { other: { command: [sh, -c, 'exit 0'] } }
notifications:
  channels: { file: { type: command, run: [sh, -c, 'cat >> ${quiet.at('told')}'] } }
  rules: ${rules}
`,
    );
  config('[]');
  await quiet.umbra('run', 'other');
  config('[{ on: [succeeded], to: file }]');
  expect(existsSync(quiet.at('told'))).toBe(false);
  await quiet.umbra('run', 'other');
  expect(readFileSync(quiet.at('told'), 'utf8').match(/succeeded/g)).toHaveLength(1);
});
