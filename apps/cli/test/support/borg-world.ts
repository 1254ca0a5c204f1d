import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { password, World } from './world.ts';

/** The borg that the test command has brought; empty if there is none: then its tests count as skipped. */
export const borgProgram = process.env['UMBRA_TEST_BORG'] ?? '';

interface Archive {
  readonly id: string;
  readonly name: string;
  /** As its comment has it. */
  readonly tags: readonly string[];
}

/** A world whose repository `home` is one of borg. */
export class BorgWorld extends World {
  constructor() {
    super();
    Object.assign(this.env, { UMBRA_BORG: borgProgram });
  }

  get attic(): string {
    return this.at('attic');
  }

  override configure(jobLines = ''): void {
    writeFileSync(
      this.config,
      `repositories:
  home: { backend: borg, url: ${this.at('attic')}, password: 'file:${this.at('password')}' }
jobs:
  documents:
    sources: ${this.source}
    retry: { type: fixed, maxAttempts: 3, initialDelay: 50ms }
${jobLines}`,
    );
  }

  /** borg itself, without the product in between, and with a cache of its own. */
  borg(...args: string[]): string {
    const env = {
      PATH: this.env['PATH'],
      BORG_REPO: this.attic,
      BORG_PASSPHRASE: password,
      BORG_BASE_DIR: this.at('own-borg'),
      BORG_RELOCATED_REPO_ACCESS_IS_OK: 'yes',
    };
    return execFileSync(borgProgram, args, { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  }

  archives(): readonly Archive[] {
    const { archives } = JSON.parse(this.borg('list', '--json', '--format={comment}')) as {
      archives: readonly (Omit<Archive, 'tags'> & { readonly comment: string })[];
    };
    return archives.map(({ id, name, comment }) => ({ id, name, tags: JSON.parse(comment).tags }));
  }

  /** Locks that keep others out. */
  override locks(): readonly string[] {
    return ['lock.exclusive', 'lock.roster'].filter((name) => existsSync(join(this.attic, name)));
  }
}
