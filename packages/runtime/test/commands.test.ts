import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CommandJobDefinition, RunRecord } from '@umbracore/contracts';
import { logOfRun, RetryStrategy, type BackupRun } from '@umbracore/coordinator-core';
import { aCommandJob } from '@umbracore/testkit';
import { openRuntime, type Runtime } from '../src/index.ts';
import { eventually, killedWhen } from './killed.ts';

let folder: string;
let umbra: Runtime;

const env = () => ({
  PATH: '/usr/bin:/bin',
  HOME: folder,
  XDG_CACHE_HOME: join(folder, 'cache'),
  TOKEN: 'swordfish-77',
});
const open = () => openRuntime({ stateDir: join(folder, 'state'), home: folder, env: env(), logLevel: 'silent' });

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'umbra-command-'));
  umbra = await open();
});

afterEach(async () => {
  await umbra[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const script = (text: string, change: Partial<CommandJobDefinition> = {}): CommandJobDefinition =>
  aCommandJob({ id: 'dump', command: ['sh', '-c', text], ...change });

async function run(job: CommandJobDefinition): Promise<BackupRun> {
  await umbra.coordinator.registerBackupJob(job);
  return await umbra.coordinator.runBackupJob(job.id);
}

const logOf = ({ id }: { readonly id: string }) => readFileSync(logOfRun(umbra.paths.spoolDir, id), 'utf8');
const path = (name: string) => join(folder, name);

const isAlive = (pid: number): boolean =>
  existsSync(`/proc/${pid}`) && !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));

describe('a command', () => {
  it('runs in the home folder with a small environment of its own, and what it says is in the log', async () => {
    const ended = await run(script('pwd; env | sort; echo oops >&2'));
    expect(ended).toMatchObject({
      outcome: 'succeeded',
      repository: '',
      record: { report: { kind: 'command', exitCode: 0, signal: null }, plan: { repository: null } },
    });
    const said = logOf(ended)
      .split('\n')
      .map((line) => line.replace(/^\S+ /, ''));
    const shell = /^(?:PWD|OLDPWD|SHLVL|_)=/;
    expect(said.filter((line) => !shell.test(line)).toSorted()).toEqual(
      [
        '',
        `HOME=${folder}`,
        'LANG=C.UTF-8',
        'PATH=/usr/bin:/bin',
        'UMBRA_JOB=dump',
        `UMBRA_RUN=${ended.id}`,
        folder,
        'oops',
      ].toSorted(),
    );
  });

  it('gets its arguments as they are written, and its secrets without anybody seeing them', async () => {
    const job = aCommandJob({
      id: 'dump',
      command: ['sh', '-c', 'echo "$1 $TOKEN"; test ${#TOKEN} = 12', 'sh', '$(id) *'],
      env: { TOKEN: { scheme: 'env', target: 'TOKEN' } },
    });
    const ended = await run(job);
    expect(ended.outcome).toBe('succeeded');
    expect(logOf(ended)).toContain('$(id) * [secret]');
    const files = readdirSync(join(folder, 'state'), { recursive: true, withFileTypes: true }).filter((it) =>
      it.isFile(),
    );
    const contents = files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'latin1'));
    expect(contents.filter((content) => content.includes('swordfish'))).toEqual([]);
  });

  it.each([
    ['exit 3', 'warning', null, 3],
    ['exit 1', 'failed', 'command.failed', 1],
    ['exit 75', 'failed', 'command.temporary', 75],
  ])('that says "%s" is %s', async (text, outcome, code, exitCode) => {
    const ended = await run(script(text, { warningCodes: [3] }));
    expect({ outcome: ended.outcome, code: ended.error?.code ?? null }).toEqual({ outcome, code });
    expect(ended.report).toEqual({ kind: 'command', exitCode, signal: null });
  });

  it('that asks for another try gets it', async () => {
    const retry = RetryStrategy.fixed({ maxAttempts: 3, delay: '10ms' });
    const ended = await run(
      script(`echo x >> ${path('tries')}; test $(wc -l < ${path('tries')}) = 2 || exit 75`, { retry }),
    );
    expect(ended).toMatchObject({ outcome: 'succeeded', attempts: 2 });
  });

  it('is only shown by a dry run', async () => {
    await umbra.coordinator.registerBackupJob(script(`touch ${path('started')}`));
    const ended = await umbra.coordinator.runBackupJob('dump', { dryRun: true });
    expect(ended).toMatchObject({ outcome: 'succeeded', report: { exitCode: null } });
    expect(logOf(ended)).toContain(`Would run /usr/bin/sh -c touch ${path('started')} in ${folder}`);
    expect(existsSync(path('started'))).toBe(false);
  });

  it('that is ended by somebody has failed', async () => {
    const ended = await run(script('kill -KILL $$'));
    expect(ended).toMatchObject({ outcome: 'failed', error: { code: 'command.failed' }, attempts: 1 });
    expect(ended.report).toEqual({ kind: 'command', exitCode: null, signal: 'SIGKILL' });
  });

  it.each([
    ['is no program', { command: ['no-such-program'] }, 'There is no program "no-such-program"'],
    ['has no working folder', { cwd: '/no/such/folder' }, 'The working folder /no/such/folder is not there'],
  ])('that %s fails at once with a hint', async (_, change, message) => {
    const ended = await run(
      aCommandJob({ id: 'dump', retry: RetryStrategy.fixed({ maxAttempts: 3, delay: '1s' }), ...change }),
    );
    expect(ended).toMatchObject({
      outcome: 'failed',
      attempts: 1,
      error: { code: 'command.failed', message: expect.stringContaining(message), hint: expect.any(String) },
    });
  });

  it('without a format that the kernel knows fails at once', async () => {
    writeFileSync(path('text'), 'no #! here', { mode: 0o700 });
    const ended = await run(aCommandJob({ id: 'dump', command: [path('text')] }));
    expect(ended).toMatchObject({ outcome: 'failed', error: { code: 'command.failed' } });
  });

  it('whose secret is not there does not start', async () => {
    const ended = await run(script(`touch ${path('started')}`, { env: { X: { scheme: 'env', target: 'NOWHERE' } } }));
    expect(ended).toMatchObject({ outcome: 'failed', error: { code: 'secret.unavailable' } });
    expect(existsSync(path('started'))).toBe(false);
  });

  it('that takes too long is ended with everything it started', async () => {
    const text = `sleep 1000 & echo $! > ${path('child')}; exec sleep 1000`;
    const ended = await run(script(text, { maxRuntimeMs: 4000 }));
    expect(ended).toMatchObject({ outcome: 'failed', error: { code: 'run.deadline' } });
    expect(isAlive(Number(readFileSync(path('child'), 'utf8')))).toBe(false);
  });

  it('that says nothing for too long is ended', async () => {
    const ended = await run(script('echo hello; exec sleep 1000', { stallTimeoutMs: 1200 }));
    expect(ended).toMatchObject({
      outcome: 'failed',
      error: { code: 'engine.stalled', hint: expect.stringContaining('stallTimeout') },
    });
  });

  it('can be cancelled', async () => {
    await umbra.coordinator.registerBackupJob(script(`echo $$ > ${path('pid')}; exec sleep 1000`));
    const running = umbra.coordinator.runBackupJob('dump');
    await eventually(() => existsSync(path('pid')) && readFileSync(path('pid'), 'utf8') !== '');
    running.cancel('not today');
    expect(await running).toMatchObject({ outcome: 'cancelled', attempts: 1 });
    expect(isAlive(Number(readFileSync(path('pid'), 'utf8')))).toBe(false);
  });
});

describe('a coordinator that is killed', () => {
  const killed = (job: CommandJobDefinition): Promise<void> => {
    const asked = { stateDir: path('state'), home: folder, env: env(), job, repositories: [] };
    return killedWhen(asked, () => existsSync(path('begun')));
  };

  const onlyRun = async (): Promise<RunRecord | undefined> => (await umbra.store.runs({}))[0];

  it('leaves a command alive, whose end is seen by the next one', async () => {
    const text = `echo begun; touch ${path('begun')}; while ! test -e ${path('go')}; do sleep 0.05; done; echo x >> ${path('runs')}; exit 3`;
    const job = script(text, { warningCodes: [3], env: { TOKEN: { scheme: 'env', target: 'TOKEN' } } });
    await killed(job);
    await umbra.coordinator.registerBackupJob(job);
    expect(await umbra.coordinator.recover()).toMatchObject([{ action: 'leave' }]);
    const recovered = umbra.coordinator.recover({ wait: true });
    writeFileSync(path('go'), '');
    expect(await recovered).toMatchObject([{ action: 'adopt' }]);
    expect(await onlyRun()).toMatchObject({
      state: 'warning',
      attempts: [{ number: 1, outcome: 'warning' }],
      report: { kind: 'command', exitCode: 3, signal: null },
    });
    expect(readFileSync(path('runs'), 'utf8')).toBe('x\n');
    expect(logOf({ id: (await onlyRun())?.id ?? '' })).toContain('begun');
  });

  it('and its command ends meanwhile: its exit status is read from the spool', async () => {
    const job = script(
      `touch ${path('begun')}; while ! test -e ${path('go')}; do sleep 0.05; done; echo x >> ${path('runs')}`,
    );
    await killed(job);
    const { id = '' } = (await onlyRun()) ?? {};
    writeFileSync(path('go'), '');
    await eventually(() => existsSync(join(umbra.paths.spoolDir, id, '1', 'exit.json')));
    await umbra.coordinator.registerBackupJob(job);
    expect(await umbra.coordinator.recover()).toMatchObject([{ action: 'adopt', record: { state: 'succeeded' } }]);
    expect(readFileSync(path('runs'), 'utf8')).toBe('x\n');
    expect(existsSync(join(umbra.paths.spoolDir, id))).toBe(false);
  });

  it('and its command too: it is run again, as another attempt', async () => {
    const text = `echo $$ >> ${path('runs')}; touch ${path('begun')}; while ! test -e ${path('go')}; do sleep 0.05; done`;
    const job = script(text);
    await killed(job);
    process.kill(Number(readFileSync(path('runs'), 'utf8')), 'SIGKILL');
    writeFileSync(path('go'), '');
    await umbra.coordinator.registerBackupJob(job);
    await umbra.coordinator.recover({ wait: true });
    expect(await onlyRun()).toMatchObject({
      state: 'succeeded',
      attempts: [{ outcome: 'interrupted' }, { outcome: 'succeeded' }],
    });
    expect(readFileSync(path('runs'), 'utf8').trim().split('\n')).toHaveLength(2);
  });
});
