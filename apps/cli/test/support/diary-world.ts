import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { RunDocument } from '@umbracore/runtime/documents';
import { until, World } from './world.ts';

/** A world of jobs that are commands, in which everybody writes to one diary. */
export class DiaryWorld extends World {
  get diary(): readonly string[] {
    const file = this.at('diary');
    return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  }

  /** A line for the shell that writes to it. */
  writes(text: string): string {
    return `echo ${text} >> ${this.at('diary')}`;
  }

  /** A hook of one or more such lines. */
  hook(...lines: readonly string[]): string {
    return `{ shell: ${JSON.stringify(lines.join('; '))} }`;
  }

  /** A line for the shell that goes on when there is a file `go`. */
  get waits(): string {
    return `until test -e ${this.at('go')}; do sleep 0.1; done`;
  }

  goOn(): void {
    writeFileSync(this.at('go'), '');
  }

  /** The plug-in with the hook `bell`, which waits for the same. */
  get bell(): string {
    return `plugins:
  - use: ${fileURLToPath(new URL('bell.mjs', import.meta.url))}
    options: { diary: ${this.at('diary')}, go: ${this.at('go')} }
`;
  }

  reads(what: string, ...lines: readonly string[]): Promise<true> {
    return until(what, () => lines.every((line) => this.diary.includes(line)));
  }

  async newest(job: string): Promise<RunDocument | undefined> {
    return (await this.history({ job, limit: 1 }))[0];
  }
}
