import { chmodSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ConditionKind, Instant } from '@umbracore/contracts';
import { FakeClock } from '@umbracore/testkit';
import type { Machine } from '../src/index.ts';

/** A machine whose `/proc`, `/sys`, `/dev` and programs are what a test puts there. */
export class AMachine implements Machine, Disposable {
  readonly clock = new FakeClock();
  readonly folder = mkdtempSync(join(tmpdir(), 'umbra-machine-'));
  readonly root = join(this.folder, 'root');
  readonly programs = join(this.folder, 'bin');
  readonly env = { PATH: this.programs };
  readonly cores = 4;
  up: readonly string[] = [];

  interfaces(): readonly string[] {
    return this.up;
  }

  constructor() {
    mkdirSync(this.programs);
    mkdirSync(join(this.root, 'sys'), { recursive: true });
  }

  /** A file of the kernel. */
  put(path: string, text: string, touched?: Instant): this {
    const file = join(this.root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    if (touched !== undefined) utimesSync(file, touched / 1000, touched / 1000);
    return this;
  }

  /** A device of power as the kernel shows it. */
  supply(name: string, properties: Readonly<Record<string, string>>): this {
    for (const [property, value] of Object.entries(properties)) {
      this.put(`sys/class/power_supply/${name}/${property}`, `${value}\n`);
    }
    return this;
  }

  /** A program of the machine: the body of a shell script, which finds no other programs. */
  program(name: string, script: string): string {
    const file = join(this.programs, name);
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
    return file;
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export const look = (kind: ConditionKind, options: unknown) => kind.evaluate(options, new AbortController().signal);
