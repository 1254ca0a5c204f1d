import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { silentLog, type EngineCommand, type EngineExit, type EngineProcess } from '@umbracore/contracts';
import { afterEach, expect } from 'vitest';
import { createEngineProcesses, systemProcessTable } from '../src/index.ts';
import { realClock } from './real-clock.ts';

export const table = systemProcessTable();
export const processes = createEngineProcesses({ clock: realClock, log: silentLog });

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder that goes away with the test. */
export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'umbra-engine-'));
  folders.push(folder);
  return folder;
}

/** A spool folder that does not exist yet. */
export function newSpool(): string {
  return join(newFolder(), 'spool');
}

/** A shell script as an engine; `args` are its `$1` and so on. */
export function script(text: string, ...args: readonly string[]): EngineCommand {
  return { program: '/bin/sh', args: ['-c', text, 'engine', ...args], env: { PATH: '/usr/bin:/bin' }, cwd: '/' };
}

/** A Node program as an engine. */
export function nodeScript(text: string): EngineCommand {
  return { program: process.execPath, args: ['-e', text], env: {}, cwd: '/' };
}

export function start(command: EngineCommand, spool = newSpool()): Promise<EngineProcess> {
  return processes.start(command, { spool, orphanPolicy: 'adopt' });
}

export interface Followed {
  readonly exit: EngineExit;
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
}

export async function followed(engine: EngineProcess): Promise<Followed> {
  const stdout: string[] = [];
  const stderr: string[] = [];
  const exit = await engine.follow({ stdout: (line) => stdout.push(line), stderr: (line) => stderr.push(line) });
  return { exit, stdout, stderr };
}

export const exited = (code: number): EngineExit => ({ code, signal: undefined, lost: false });
export const killedBy = (signal: string): EngineExit => ({ code: undefined, signal, lost: false });
export const lost: EngineExit = { code: undefined, signal: undefined, lost: true };

/** Waits until a condition gives something, and fails if it does not. */
export async function eventually<T>(look: () => T | undefined | false, what: string, deadlineMs = 60_000): Promise<T> {
  for (const start = performance.now(); performance.now() - start < deadlineMs;) {
    const found = look();
    if (found !== undefined && found !== false) return found;
    await sleep(10);
  }
  return expect.fail(`${what}: not within ${deadlineMs} ms`);
}

export function present<T>(value: T | undefined | null): T {
  return value ?? expect.fail('a value was expected');
}

/** A text that is nowhere else, by which the processes of one test are found. */
export function newMark(): string {
  return `umbra-mark-${process.pid}-${Math.random().toString(36).slice(2)}`;
}

/** Pids of the living processes that have `mark` in their arguments. */
export function markedProcesses(mark: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => readProc(pid, 'cmdline').includes(mark))
    .map(Number);
}

/** A file of a process; empty if the process is gone. */
export function readProc(pid: number | string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'latin1');
  } catch {
    return '';
  }
}

export function shimPid(spool: string): number {
  return (JSON.parse(readFileSync(join(spool, 'shim.json'), 'utf8')) as { pid: number }).pid;
}

export function isAlive(pid: number): boolean {
  return table.identify(pid) !== undefined;
}
