import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BackendHost, type OutputLine, UmbraError } from '@umbracore/contracts';
import { engineEnv } from './command.ts';
import { featuresOf, type Features } from './features.ts';
import { findRestic } from './find-restic.ts';
import { codeOfText, describeFailure } from './messages.ts';

/** The restic that an operation uses. */
export interface Program {
  readonly path: string;
  readonly features: Features;
}

interface VersionRecord {
  readonly program: string;
  readonly fingerprint: string;
  readonly version: string;
}

const deadlineMs = 15_000;

/**
 * Finds restic and what it can do. The version is kept in the cache folder under the program's path, size and time of
 * change, so that a normal run starts no process for it, and an upgrade under a running program is seen.
 */
export async function findProgram(host: BackendHost, signal: AbortSignal | undefined): Promise<Program> {
  const path = await findRestic(host.env);
  const { size, mtimeMs, ino } = await stat(path);
  const fingerprint = `${size}-${mtimeMs}-${ino}`;
  const known = await readRecord(host, path);
  if (known?.fingerprint === fingerprint) return { path, features: featuresOf(known.version) };
  const version = await askVersion(host, path, signal);
  const features = featuresOf(version);
  await writeRecord(host, { program: path, fingerprint, version });
  return { path, features };
}

const recordFile = (host: BackendHost, program: string): string =>
  join(host.cacheDir, `restic-version-${createHash('sha256').update(program).digest('hex').slice(0, 16)}.json`);

async function readRecord(host: BackendHost, program: string): Promise<VersionRecord | undefined> {
  try {
    const kept: unknown = JSON.parse(await readFile(recordFile(host, program), 'utf8'));
    return isVersionRecord(kept) && kept.program === program ? kept : undefined;
  } catch {
    return undefined;
  }
}

function isVersionRecord(value: unknown): value is VersionRecord {
  if (typeof value !== 'object' || value === null) return false;
  const { program, fingerprint, version }: Partial<Record<keyof VersionRecord, unknown>> = value;
  return [program, fingerprint, version].every((text) => typeof text === 'string');
}

/** A cache that cannot be written costs a process per run and nothing else. */
async function writeRecord(host: BackendHost, content: VersionRecord): Promise<void> {
  const file = recordFile(host, content.program);
  const draft = `${file}.${process.pid}`;
  try {
    await mkdir(host.cacheDir, { recursive: true, mode: 0o700 });
    await writeFile(draft, JSON.stringify(content), { mode: 0o600 });
    await rename(draft, file);
  } catch (error) {
    host.log.debug({ file, error: String(error) }, 'the version of restic could not be kept');
  }
}

async function askVersion(host: BackendHost, program: string, signal: AbortSignal | undefined): Promise<string> {
  const lines: OutputLine[] = [];
  const errors: OutputLine[] = [];
  await mkdir(host.scratchDir, { recursive: true, mode: 0o700 });
  const exit = await host.processes.call(
    { program, args: ['version', '--json'], env: engineEnv(host), cwd: host.scratchDir },
    { deadlineMs, stdout: (line) => lines.push(line), stderr: (line) => errors.push(line) },
    signal,
  );
  const version = exit.code === 0 ? readVersion(lines.join('\n')) : undefined;
  if (version !== undefined) return version;
  signal?.throwIfAborted();
  const said = errors.join('\n');
  if (codeOfText(said, '') === 'engine.resources') {
    throw describeFailure('engine.resources', { what: 'version', repository: '', text: said });
  }
  throw new UmbraError('engine.version', `${program} does not tell which version of restic it is`, {
    hint: 'Install restic, or set UMBRA_RESTIC to its absolute path.',
    context: { program, exitCode: exit.code, signal: exit.signal },
  });
}

/** `version --json` since 0.17, a sentence before. */
export function readVersion(output: string): string | undefined {
  return (/"version":"([^"]+)"/.exec(output) ?? /^restic (\S+)/m.exec(output))?.[1];
}
