import {
  type Backend,
  type BackendRepository,
  type BackupResult,
  type BackupSpec,
  type ErrorCode,
  isUmbraError,
  type Operation,
  type RestoreSpec,
} from '@umbracore/contracts';
import { ok, rejects } from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { aBackupSpec } from './builders.ts';
import type { ContractCase } from './contract-case.ts';

/** One backend under test. Whoever runs a case disposes it. */
export interface BackendSubject extends AsyncDisposable {
  /** On a place where there is no repository yet. */
  readonly backend: Backend;
  /** An empty folder on the disk, for sources, spools and restored files. */
  readonly folder: string;
  /** Gives a source whose backup by this backend takes many seconds. */
  readonly slowSource: () => Promise<string>;
  /** Makes a path unreadable for the engine. Absent where nothing is, as for root. */
  readonly makeUnreadable?: ((path: string) => Promise<void>) | undefined;
  /** Another place, also without a repository, from which `backend` can copy. */
  readonly other?: { readonly backend: Backend; readonly repository: BackendRepository } | undefined;
}

export type BackendCase = ContractCase<BackendSubject>;

/** Files by path below the folder of the subject, each with its content. */
export type Files = Readonly<Record<string, string>>;

/** Names and contents that a careless adapter loses. */
export const awkwardFiles: Files = {
  'plain.txt': 'alpha',
  empty: '',
  '-leading-dash': 'beta',
  'with blank': 'gamma',
  'quote\'s "and" $HOME;*?': 'delta',
  'line\nbreak': 'epsilon',
  'ünïcödé-🗄': 'zeta',
  'deep/er/still/file': 'eta',
  'big.bin': 'theta'.repeat(50_000),
};

/** Writes files below `source/` and gives its absolute path. */
export async function sourceWith(subject: BackendSubject, files: Files): Promise<string> {
  const source = join(subject.folder, 'source');
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(source, name)), { recursive: true });
    await writeFile(join(source, name), content);
  }
  return source;
}

/** Makes the repository and one backup of `files` in it. */
export async function withBackup(
  subject: BackendSubject,
  files: Files = { 'a.txt': 'alpha' },
  overrides: Partial<BackupSpec> = {},
): Promise<{ readonly source: string; readonly result: BackupResult; readonly id: string }> {
  await subject.backend.create();
  const source = await sourceWith(subject, files);
  const saved = await backUp(subject, source, overrides);
  return { source, ...saved };
}

let spools = 0;

/** A backup of one source. Every backup gets a spool of its own, as in the product. */
export async function backUp(
  subject: BackendSubject,
  source: string,
  overrides: Partial<BackupSpec> = {},
  operation: Operation = {},
): Promise<{ readonly result: BackupResult; readonly id: string }> {
  const spec = aBackupSpec({ sources: [source], ...overrides });
  await nextMillisecond();
  const result = await subject.backend.backup(spec, { spool: newSpool(subject), ...operation });
  return { result, id: result.snapshot ?? '' };
}

/** Snapshots are told in the order of their times: two of the same millisecond have none. */
async function nextMillisecond(): Promise<void> {
  for (const until = performance.now() + 1; performance.now() < until;) await turn();
}

export function newSpool(subject: BackendSubject): string {
  spools += 1;
  return join(subject.folder, `spool-${spools}`);
}

/** Everything of a snapshot into `restored/`, whatever is there. */
export function aRestoreSpec(
  subject: BackendSubject,
  snapshot: string,
  overrides: Partial<RestoreSpec> = {},
): RestoreSpec {
  const target = join(subject.folder, 'restored');
  return { snapshot, target, include: [], exclude: [], overwrite: 'always', verify: false, ...overrides };
}

/** Asserts that a promise rejects with an `UmbraError` of this code. */
export function refuses(promise: Promise<unknown>, code: ErrorCode): Promise<void> {
  return rejects(promise, (thrown) => {
    ok(isUmbraError(thrown), `expected an UmbraError, got ${String(thrown)}`);
    ok(thrown.code === code, `expected ${code}, got ${thrown.code}: ${thrown.message}`);
    return true;
  });
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}
