import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BackendHost, type OutputLine, UmbraError } from '@umbracore/contracts';
import { engineEnv } from './environment.ts';
import { findBorg } from './find-borg.ts';

/** The borg that an operation uses. */
export interface Program {
  readonly path: string;
  readonly version: string;
}

const deadlineMs = 30_000;

/** The newest release that this product was tested with. */
const tested = [1, 2] as const;

/**
 * Finds borg and its version, which is kept in the cache folder under the program's path, size and time of change: a start of
 * Python costs more than all else that a short operation does.
 */
export async function findProgram(host: BackendHost, signal: AbortSignal | undefined): Promise<Program> {
  const path = await findBorg(host.env);
  const { size, mtimeMs, ino } = await stat(path);
  const fingerprint = `${path}\n${size}-${mtimeMs}-${ino}`;
  const known = await readKept(host, fingerprint);
  if (known !== undefined) return { path, version: checked(known) };
  const version = checked(await askVersion(host, path, signal));
  await keep(host, fingerprint, version);
  return { path, version };
}

/** What a person should know about this version, a sentence each. */
export function limitationsOf(version: string): readonly string[] {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isNewer = major > tested[0] || (major === tested[0] && minor > tested[1]);
  return isNewer ? [`Is newer than ${tested.join('.')}, the newest release this product was tested with.`] : [];
}

/** Throws `engine.version` for one that must not be used. */
function checked(version: string): string {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major === 1 && minor >= 2) return version;
  throw new UmbraError('engine.version', `borg ${version} cannot be used`, {
    hint: 'Install borgbackup 1.2 or 1.4; version 2 has another format and other commands.',
  });
}

const fileFor = (host: BackendHost, fingerprint: string): string =>
  join(host.cacheDir, `borg-version-${createHash('sha256').update(fingerprint).digest('hex').slice(0, 16)}`);

async function readKept(host: BackendHost, fingerprint: string): Promise<string | undefined> {
  try {
    return /^(\d+\.\d+\.\d+\S*)\n$/.exec(await readFile(fileFor(host, fingerprint), 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}

/** A cache that cannot be written costs a process per run and nothing else. */
async function keep(host: BackendHost, fingerprint: string, version: string): Promise<void> {
  const file = fileFor(host, fingerprint);
  const draft = `${file}.${process.pid}`;
  try {
    await mkdir(host.cacheDir, { recursive: true, mode: 0o700 });
    await writeFile(draft, `${version}\n`, { mode: 0o600 });
    await rename(draft, file);
  } catch (error) {
    host.log.debug({ file, error: String(error) }, 'the version of borg could not be kept');
  }
}

async function askVersion(host: BackendHost, program: string, signal: AbortSignal | undefined): Promise<string> {
  const lines: OutputLine[] = [];
  await mkdir(host.scratchDir, { recursive: true, mode: 0o700 });
  const exit = await host.processes.call(
    { program, args: ['--version'], env: engineEnv(host), cwd: host.scratchDir },
    { deadlineMs, stdout: (line) => lines.push(line) },
    signal,
  );
  // `borg 1.2.4`; the name is that of the file it was started by.
  const version = exit.code === 0 ? / (\d+\.\d+\.\d+\S*)$/.exec(lines[0] ?? '')?.[1] : undefined;
  if (version !== undefined) return version;
  signal?.throwIfAborted();
  throw new UmbraError('engine.version', `${program} does not tell which version of borg it is`, {
    hint: 'Install borgbackup, or set UMBRA_BORG to the absolute path of borg.',
    context: { program, exitCode: exit.code, signal: exit.signal },
  });
}
