import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Secret } from '@umbracore/contracts';
import { openRepository, type ResticRepository } from '@umbracore/restic-reader';
import { makeRepository } from '../../../tools/testing/light-key.mjs';

/** The fetched versions that are there; `npm run fetch-restic` brings all three. */
export const resticVersions = ['0.14.0', '0.18.0', '0.19.1'].flatMap((version) => {
  const program = process.env[`UMBRA_TEST_RESTIC_${version.replaceAll('.', '_')}`];
  return program === undefined ? [] : [{ version, program }];
});

export const programOf = (version: string): string =>
  resticVersions.find((known) => known.version === version)?.program ?? '';

export const password = new Secret('correct horse');

const run = promisify(execFile);

/** A folder of its own with sources and a repository in it. Disposing removes everything. */
export class World implements Disposable {
  readonly folder: string;
  readonly sources: string;
  readonly repository: string;

  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'umbra-reader-'));
    this.sources = join(this.folder, 'sources');
    this.repository = join(this.folder, 'repository');
    mkdirSync(this.sources);
  }

  /** An empty repository whose key costs nothing to open. */
  prepare(version: 1 | 2 = 2): this {
    makeRepository(this.repository, password.reveal(), version);
    return this;
  }

  open(secret: Secret = password): Promise<ResticRepository> {
    return openRepository(this.repository, { password: secret });
  }

  /** What a call of restic prints. */
  async restic(program: string, ...args: readonly string[]): Promise<string> {
    const options = {
      cwd: this.folder,
      maxBuffer: 256 * 1024 * 1024,
      env: { PATH: process.env['PATH'], HOME: this.folder, RESTIC_PASSWORD: password.reveal() },
    };
    const { stdout } = await run(program, ['-r', this.repository, '--no-cache', ...args], options);
    return stdout;
  }

  async resticLines(program: string, ...args: readonly string[]): Promise<readonly Record<string, unknown>[]> {
    const output = await this.restic(program, '--json', '--no-lock', ...args);
    return output
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line) => JSON.parse(line));
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

export async function gather<T>(items: AsyncIterable<T>): Promise<T[]> {
  const gathered: T[] = [];
  for await (const item of items) gathered.push(item);
  return gathered;
}
