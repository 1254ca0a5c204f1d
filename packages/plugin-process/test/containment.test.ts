import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  isUmbraError,
  type ConditionKind,
  type HookKind,
  type HookOccasion,
  type PluginHost,
  type Sensor,
} from '@umbracore/contracts';
import { afterEach, describe, expect, test } from 'vitest';
import { ask, type Question } from '../src/ask.ts';
import { programPlugin, type Patience } from '../src/index.ts';
import { eventually, marked, newMark, shell } from './stage.ts';

const short: Question = { method: 'backend.open', params: {}, patience: 'answer' };
const long: Question = { method: 'backend.backup', params: {}, patience: 'working' };

describe('a program that', () => {
  test('answers is believed', async () => {
    const answer = await ask(shell(`printf '%s\\n' '{"type":"result","value":{"id":"x"}}'`), short);
    expect(answer).toEqual({ id: 'x' });
  });

  test('hangs is given up on, with all that it started, in sessions of their own too', async () => {
    const mark = newMark();
    const text = `setsid sh -c 'while :; do sleep 1; done' ${mark} & trap '' TERM INT; while :; do sleep 1; done`;
    const asked = ask(shell(text, { answerMs: 4000 }, mark), short);
    asked.catch(() => {});
    await eventually(() => marked(mark).length > 1, 'it runs');
    await expect(asked).rejects.toMatchObject({ code: 'engine.stalled', retryable: true });
    await eventually(() => marked(mark).length === 0, 'nobody is left');
  });

  test('only repeats itself hangs', async () => {
    const text = `while :; do echo '{"type":"progress","percentage":7}'; done`;
    let told = 0;
    const question: Question = { ...long, report: () => void (told += 1) };
    await expect(ask(shell(text, { workingMs: 3000 }), question)).rejects.toMatchObject({ code: 'engine.stalled' });
    expect(told).toBeGreaterThan(0);
    // A flood is read slowly: so much a second, whatever it pours.
    expect(told).toBeLessThan(60 * 2000);
  });

  test.each([
    ['says what is no JSON', `echo 'hello'`, 'no JSON: "hello"'],
    ['says what nobody knows', `echo '{"type":"shout"}'`, 'does not know'],
    ['says a line without an end', `head -c 3000000 /dev/zero | tr '\\0' x; echo`, 'no JSON'],
    ['floods with noise', `yes noise`, 'no JSON'],
    ['reports nonsense', `echo '{"type":"progress","percentage":101}'`, 'percentage'],
  ])('%s is no more listened to', async (_, text, words) => {
    const error: unknown = await ask(shell(text), long).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'engine.output', message: expect.stringContaining(words) });
  });

  test('ends without an answer has crashed, and its last words are told', async () => {
    const asked = ask(shell(`echo first >&2; echo 'no such disk' >&2; exit 3`), long);
    await expect(asked).rejects.toMatchObject({
      code: 'engine.crashed',
      message: 'the plug-in strange ended (exit code 3) without an answer to "backend.backup": no such disk',
    });
    await expect(ask(shell('kill -SEGV $$'), long)).rejects.toThrow('SIGSEGV');
  });

  test('pours out on its standard error is heard to its answer', async () => {
    const text = `yes moan | head -n 200000 >&2; echo '{"type":"result"}'`;
    await expect(ask(shell(text), long)).resolves.toBeUndefined();
  });

  test('does not stop when it is told to is killed', async () => {
    const mark = newMark();
    const abort = new AbortController();
    const text = `trap '' TERM INT; echo '{"type":"progress"}'; while :; do sleep 1; done`;
    const question: Question = { ...long, signal: abort.signal, report: () => abort.abort() };
    await expect(ask(shell(text, { stopMs: 300 }, mark), question)).rejects.toMatchObject({ code: 'run.cancelled' });
    expect(marked(mark)).toEqual([]);
  });

  test('does not end after its answer is ended', async () => {
    const mark = newMark();
    await ask(shell(`echo '{"type":"result"}'; while :; do sleep 1; done`, {}, mark), short);
    expect(marked(mark)).toEqual([]);
  });

  test('tells a failure is quoted, with a code that there is', async () => {
    const failing = (code: string) => ask(shell(`echo '{"type":"error","code":"${code}","message":"m"}'`), short);
    await expect(failing('repository.absent')).rejects.toMatchObject({ code: 'repository.absent', message: 'm' });
    await expect(failing('house.on-fire')).rejects.toMatchObject({ code: 'engine.failed' });
  });

  test('is not there, or may not be started, is told of as such', async () => {
    const absent = { ...shell(''), command: { program: '/no/such/thing', args: [], env: {}, cwd: '/' } };
    await expect(ask(absent, short)).rejects.toMatchObject({ code: 'engine.absent' });
    const forbidden = { ...absent, command: { ...absent.command, program: '/etc/passwd' } };
    await expect(ask(forbidden, short)).rejects.toMatchObject({ code: 'engine.spawn-failed' });
  });

  test.each([
    ['ends without an answer', 'exit 3', 'ended (exit code 3) without an answer to "describe"'],
    [
      'describes itself wrongly',
      `echo '{"type":"result","value":{"name":7,"api":1}}'`,
      'describes itself wrongly: name',
    ],
    ['says what is no JSON', 'echo hello', 'no JSON'],
    ['reports a failure', `echo '{"type":"error","message":"no moon"}'`, 'no moon'],
  ])('%s when it is asked what it brings is broken', async (_, text, words) => {
    const made = programPlugin({ program: shell(text) });
    await expect(made).rejects.toMatchObject({ code: 'plugin.invalid', message: expect.stringContaining(words) });
  });

  test('can never be started as it is is broken; what the machine lacks for a moment is not', async () => {
    const forbidden = { ...shell(''), command: { program: '/etc/passwd', args: [], env: {}, cwd: '/' } };
    await expect(programPlugin({ program: forbidden })).rejects.toMatchObject({
      code: 'plugin.invalid',
      message: 'the plug-in strange is not executable',
      hint: 'Make it executable for this user: `chmod +x /etc/passwd`.',
    });
    const hung = programPlugin({ program: shell('sleep 60', { answerMs: 200 }) });
    await expect(hung).rejects.toMatchObject({ code: 'engine.stalled' });
  });
});

describe('a program that breaks over options', () => {
  const nobody = new AbortController().signal;
  let folder = '';
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('is registered, tells of it where they are checked, and does nothing with them until it can say', async () => {
    folder = mkdtempSync(join(tmpdir(), 'umbra-broken-'));
    const well = join(folder, 'well');
    const described = JSON.stringify({ type: 'result', value: { name: 's', api: 1, conditions: ['moon'] } });
    const program = shell(
      `case $request in
        *describe*) echo '${described}';;
        *check*full*) [ -e "$1" ] || exit 3; echo '{"type":"result","value":{}}';;
        *check*) echo '{"type":"result","value":{}}';;
        *) echo '{"type":"result","value":{"met":true,"text":"seen"}}';;
      esac`,
      {},
      well,
    );
    const conditions = ['full', 'half'].map((options) => ({ kind: 'moon', options }));
    const plugin = await programPlugin({ program, asked: { conditions, sensors: [], hooks: [] } });
    const kinds: ConditionKind[] = [];
    await plugin.register({ addCondition: (one) => void kinds.push(one) } as PluginHost, undefined);
    const [moon] = kinds;
    expect(() => moon?.check('half')).not.toThrow();
    await expect(moon?.evaluate('half', nobody)).resolves.toEqual({ met: true, text: 'seen' });
    const broken = 'the plug-in strange ended (exit code 3) without an answer to "check"';
    expect(() => moon?.check('full')).toThrow(broken);
    await expect(moon?.evaluate('full', nobody)).rejects.toMatchObject({ code: 'plugin.invalid', message: broken });
    writeFileSync(well, '');
    await expect(moon?.evaluate('full', nobody)).resolves.toEqual({ met: true, text: 'seen' });
    expect(() => moon?.check('full')).not.toThrow();
  });

  test('one that hung is not waited for again while a configuration is checked, and asked at the next one', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'umbra-hung-'));
    const well = join(folder, 'well');
    const described = JSON.stringify({ type: 'result', value: { name: 's', api: 1, options: true } });
    const asked = shell(
      `case $request in
        *describe*) echo '${described}';;
        *) [ -e "$1" ] || sleep 60; echo '{"type":"result","value":{}}';;
      esac`,
      { answerMs: 1000 },
      well,
    );
    let passedMs = 0;
    const monotonicMs = (): number => asked.clock.monotonicMs() + passedMs;
    const { options } = await programPlugin({ program: { ...asked, clock: { ...asked.clock, monotonicMs } } });
    const check = async (given: string) => options?.['~standard'].validate(given);
    await expect(check('one')).rejects.toMatchObject({ code: 'engine.stalled' });
    writeFileSync(well, '');
    await expect(check('another')).rejects.toMatchObject({ code: 'engine.stalled' });
    passedMs = 60_000;
    await expect(check('a third')).resolves.toEqual({ value: 'a third' });
    rmSync(folder, { recursive: true });
  });
});

describe('what a program brings beside backends', () => {
  type Brought = Pick<PluginHost, 'addSensor' | 'addHook'>;

  async function broughtBy(text: string, patience?: Partial<Patience>, ...marks: readonly string[]) {
    const described = { name: 's', api: 1, sensors: [{ kind: 'odd' }], hooks: ['odd'] };
    const answer = JSON.stringify({ type: 'result', value: described });
    const program = shell(`case $request in *describe*) echo '${answer}';; *) ${text};; esac`, patience, ...marks);
    let hook: HookKind | undefined;
    let sensor: Sensor | undefined;
    const host: Brought = { addSensor: (one) => void (sensor = one), addHook: (one) => void (hook = one) };
    await (await programPlugin({ program })).register(host as PluginHost, undefined);
    if (hook === undefined || sensor === undefined) throw new Error('it brings nothing');
    return { hook, sensor };
  }

  const occasion: HookOccasion = { phase: 'before', job: 'j', kind: 'backup', run: 'r', attempt: 1 };
  const nobody = new AbortController().signal;
  const subject = { zone: 'UTC', locations: [] };

  test('a hook has the time that its caller gives it, and nobody of it is left when that is over', async () => {
    const mark = newMark();
    const { hook } = await broughtBy(`trap '' TERM INT; while :; do sleep 1; done`, { answerMs: 1, stopMs: 300 }, mark);
    const abort = new AbortController();
    const asked = hook.run(1, occasion, { signal: abort.signal, note() {}, secrets: {} });
    asked.catch(() => {});
    await eventually(() => marked(mark).length > 0, 'it runs');
    abort.abort();
    await expect(asked).rejects.toMatchObject({ code: 'run.cancelled' });
    expect(marked(mark)).toEqual([]);
  });

  test('a hook that floods, crashes or talks nonsense has failed', async () => {
    const run = async (text: string) =>
      (await broughtBy(text)).hook.run(1, occasion, { signal: nobody, note() {}, secrets: {} });
    await expect(run('yes noise')).rejects.toMatchObject({ code: 'engine.output' });
    await expect(run('kill -SEGV $$')).rejects.toMatchObject({ code: 'engine.crashed' });
    await expect(run(`echo '{"type":"result","value":{"verdict":"maybe"}}'`)).rejects.toThrow(
      'answered "hook" wrongly',
    );
  });

  test('a sensor that hangs, crashes or talks nonsense is no answer', async () => {
    const sense = async (text: string, patience?: Partial<Patience>) =>
      (await broughtBy(text, patience)).sensor.sense(1, subject, nobody);
    await expect(sense('while :; do sleep 1; done', { answerMs: 2000 })).rejects.toMatchObject({
      code: 'engine.stalled',
    });
    await expect(sense('exit 3')).rejects.toMatchObject({ code: 'engine.crashed' });
    await expect(sense(`echo '{"type":"result","value":{"verdict":"very"}}'`)).rejects.toThrow('wrongly: verdict');
  });
});

describe('programPlugin', () => {
  test('names both versions of the API', async () => {
    const program = shell(`echo '{"type":"result","value":{"name":"s","api":2}}'`);
    await expect(programPlugin({ program })).rejects.toMatchObject({
      code: 'plugin.api',
      exitCode: 32,
      message: 'strange is made for plug-in API 2; this is API 1',
    });
  });

  test('says what is wrong with a description', async () => {
    const program = shell(`echo '{"type":"result","value":{"name":"s","api":1,"backends":[{"supports":[]}]}}'`);
    await expect(programPlugin({ program })).rejects.toThrow('describes itself wrongly: backends.0.name');
  });

  test('does not tell a secret that is none', async () => {
    const describe = '{"type":"result","value":{"name":"s","api":1,"secrets":["odd"]}}';
    const program = shell(
      `case $request in *describe*) echo '${describe}';; *) echo '{"type":"result","value":"hunter2"}';; esac`,
    );
    const plugin = await programPlugin({ program });
    const secrets: { resolve(reference: { scheme: string; target: string }): Promise<unknown> }[] = [];
    const host = { addSecretProvider: (one: (typeof secrets)[number]) => secrets.push(one) };
    await plugin.register(host as never, undefined);
    const error: unknown = await secrets[0]?.resolve({ scheme: 'odd', target: 'x' }).catch((thrown: unknown) => thrown);
    expect(isUmbraError(error) && error.code).toBe('engine.output');
    expect(String(error)).not.toContain('hunter2');
  });
});
