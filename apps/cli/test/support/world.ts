import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { RunQuery } from '@umbracore/contracts';
import { runDocument, type RunDocument } from '@umbracore/runtime/documents';
import { openHistory } from '@umbracore/runtime/history';
import { makeRepository } from '../../../../tools/testing/light-key.mjs';
import { Canary } from './canary.ts';
import { stopwatch } from './stopwatch.ts';

export const umbraProgram = fileURLToPath(new URL('../../dist/umbra.js', import.meta.url));
const shimProgram = fileURLToPath(new URL('../../dist/shim.js', import.meta.url));
export const password = 'correct horse battery staple';

export type ResticVersion = '0.14.0' | '0.18.0' | '0.19.1';

/** For what takes long: with 0.18.0, which differs from 0.19.1 in little, the adapter keeps its contract too. */
export const outermostVersions: readonly ResticVersion[] = ['0.14.0', '0.19.1'];

/** The real restic of a version, fetched by the test command. */
export function resticProgram(version: ResticVersion = '0.19.1'): string {
  const variable = `UMBRA_TEST_RESTIC_${version.replaceAll('.', '_')}`;
  const program = process.env[variable];
  if (program === undefined) throw new Error(`${variable} is not set: run npm run fetch-restic`);
  return program;
}

export interface Outcome {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface StartOptions {
  readonly env?: Record<string, string>;
  readonly cwd?: string;
  /** Whom it runs as. */
  readonly uid?: number;
  readonly gid?: number;
  /** In a session of its own, so that signals to its whole group reach nobody else. */
  readonly detached?: boolean;
}

export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Outcome>;
  /** Standard output so far. */
  stdout(): string;
  /** Standard error so far. */
  stderr(): string;
}

/** A folder with sources, a repository, a configuration and a state, and the built program to use them. */
export class World implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'umbra-world-'));
  readonly home = join(this.folder, 'home');
  readonly source = join(this.folder, 'source');
  readonly repository = join(this.folder, 'repository');
  readonly config = join(this.folder, 'umbra.yaml');
  readonly state = join(this.folder, 'state');
  readonly env: Record<string, string>;
  readonly #restic: string;
  readonly #canary = new Canary(password);
  readonly #toldIn: string[] = ['--with-password'];
  /** The master key of the repository. */
  readonly master: Uint8Array;

  constructor(version: ResticVersion = '0.19.1') {
    this.#restic = resticProgram(version);
    this.env = {
      PATH: process.env['PATH'] ?? '',
      HOME: this.home,
      TMPDIR: this.makeFolder('tmp'),
      XDG_CACHE_HOME: this.makeFolder('cache'),
      // Else each world would compile the program anew.
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? '',
      UMBRA_CONFIG: this.config,
      UMBRA_STATE_DIR: this.state,
      UMBRA_RESTIC: this.#restic,
      LANG: 'C.UTF-8',
      NO_COLOR: '1',
    };
    this.makeFolder('home');
    this.makeFolder('source');
    // Empty, with a key that costs nothing to open.
    this.master = makeRepository(this.repository, password);
    writeFileSync(join(this.folder, 'password'), `${password}\n`, { mode: 0o600 });
    this.configure();
  }

  /** A path below the world's folder. */
  at(...names: string[]): string {
    return join(this.folder, ...names);
  }

  makeFolder(...names: string[]): string {
    const folder = this.at(...names);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return folder;
  }

  /** Another empty repository, with a key that costs nothing to open either. */
  addRepository(name: string, secret = password): string {
    makeRepository(this.at(name), secret);
    return this.at(name);
  }

  write(name: string, content: string | Uint8Array): string {
    const file = join(this.source, name);
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, content);
    return file;
  }

  /** Writes the configuration: one repository, and one job `documents` with these extra lines, indented by four. */
  configure(
    jobLines = '',
    { sources = [this.source] as unknown, repositoryLines = '', location = this.repository, retryDelay = '1s' } = {},
  ): void {
    writeFileSync(
      this.config,
      `repositories:
  home:
    url: ${JSON.stringify(location)}
    password: file:${this.at('password')}
${repositoryLines}jobs:
  documents:
    sources: ${JSON.stringify(sources)}
    retry: { type: exponentialBackoff, maxAttempts: 3, initialDelay: ${retryDelay}, maxDelay: ${retryDelay} }
${jobLines}`,
    );
  }

  start(args: readonly string[], options: StartOptions = {}): Started {
    const child = spawn(process.execPath, [umbraProgram, ...args], {
      ...options,
      env: { ...this.env, ...options.env },
      cwd: options.cwd ?? this.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const output = { stdout: '', stderr: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
    const ended = new Promise<Outcome>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (code, signal) => {
        this.look(args, output);
        resolve({ code, signal, ...output });
      });
    });
    return { child, ended, stdout: () => output.stdout, stderr: () => output.stderr };
  }

  /** Whether the password is in what a command said. */
  look(args: readonly string[], { stdout, stderr }: Pick<Outcome, 'stdout' | 'stderr'>): void {
    this.#canary.look(`the output of umbra ${args.join(' ')}`, stdout + stderr);
  }

  umbra(...args: string[]): Promise<Outcome> {
    return this.start(args).ended;
  }

  /** Standard output of a command that must succeed, as JSON. */
  async json(...args: string[]): Promise<unknown> {
    const { code, stdout, stderr } = await this.umbra(...args, '--json');
    if (code !== 0) throw new Error(`umbra ${args.join(' ')} ended with ${code}: ${stderr}`);
    return JSON.parse(stdout);
  }

  /** Runs as `umbra history --json` shows them, newest first, without a process that would have to be started for it. */
  async history(query: RunQuery = {}): Promise<readonly RunDocument[]> {
    await using opened = await openHistory({ env: this.env, cwd: this.folder, home: this.home });
    return (await opened.store.runs({ limit: 100_000, ...query })).map(runDocument);
  }

  /** restic itself, without the product in between. */
  restic(...args: string[]): string {
    return execFileSync(this.#restic, ['--repo', this.repository, '--no-cache', ...args], {
      env: { PATH: this.env['PATH'], RESTIC_PASSWORD: password },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      maxBuffer: 256 * 1024 * 1024,
    });
  }

  snapshots(): readonly {
    readonly id: string;
    readonly tags?: readonly string[];
    readonly paths: readonly string[];
  }[] {
    return JSON.parse(this.restic('snapshots', '--json', '--no-lock'));
  }

  /** Ids of the locks that hold; one that is being written has a longer name. */
  locks(): readonly string[] {
    return readdirSync(join(this.repository, 'locks')).filter((name) => /^[0-9a-f]{64}$/.test(name));
  }

  /** Processes whose environment or arguments name this world: engines, shims and what they started. */
  processes(): readonly number[] {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
      .filter((pid) => this.#mentions(pid))
      .map(Number);
  }

  #mentions(pid: string): boolean {
    try {
      const commandLine = readFileSync(`/proc/${pid}/cmdline`, 'latin1');
      // A shim is told its work through a pipe: only what it has open names the world.
      const held = commandLine.includes(shimProgram)
        ? filesHeldBy(pid)
        : readFileSync(`/proc/${pid}/environ`, 'latin1');
      if (!(commandLine + held).includes(this.folder)) return false;
      // What the program itself is called with is the matter of the test.
      if (!commandLine.includes(umbraProgram)) this.#canary.look(`the process ${commandLine}`, commandLine + held);
      return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'latin1'));
    } catch {
      return false;
    }
  }

  [Symbol.dispose](): void {
    try {
      for (const pid of this.processes()) process.kill(pid, 'SIGKILL');
      for (const name of ['state', 'cache', 'tmp', 'home'])
        if (existsSync(this.at(name))) this.#canary.lookBelow(this.at(name));
      this.#canary.expectUnseen((where) => this.#toldIn.some((place) => where.includes(place)));
    } finally {
      rmSync(this.folder, { recursive: true, force: true, maxRetries: 10 });
    }
  }

  /** The password may be in what has this in its name: a file that keeps it, or a command that shows it. */
  tells(...places: readonly string[]): void {
    this.#toldIn.push(...places);
  }
}

const filesHeldBy = (pid: string): string =>
  readdirSync(`/proc/${pid}/fd`)
    .map((descriptor) => readlinkSync(`/proc/${pid}/fd/${descriptor}`))
    .join('\n');

/**
 * Waits until `condition` gives a value, and fails with `what` after `limitMs`, which is long: the machine may be busy. What takes
 * long is looked at less often.
 */
export async function until<T>(what: string, condition: () => T | undefined | false, limitMs = 60_000): Promise<T> {
  const end = performance.now() + limitMs;
  const watch = stopwatch();
  for (let pauseMs = 5; ; pauseMs = Math.min(50, 1.5 * pauseMs)) {
    const value = condition();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > end && watch() > limitMs) throw new Error(`not within ${limitMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
