import type { RestoreSpec } from '@umbracore/contracts';
import { aDrillJob, aJob } from '@umbracore/testkit';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { putDown, testSeed, times } from '../../../tools/vitest/evidence.ts';
import { seededRandom } from '../src/index.ts';
import { TwoRepositories } from './two-repositories.ts';

const drills = times(80);

/** Folders whose files change as people and programs change them. */
class Sources {
  readonly #root: string;
  readonly #random: () => number;

  constructor(root: string, random: () => number) {
    this.#root = root;
    this.#random = random;
  }

  below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  write(): void {
    const path = join(this.#root, `job${this.below(3)}`, `folder ${this.below(6)}`, `file\n${this.below(40)}*`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, 'x'.repeat(this.below(3) * this.below(2000)) + String(this.#random()));
  }

  /** Something happens to one file. */
  change(): void {
    const files = readdirSync(this.#root, { recursive: true, encoding: 'utf8' })
      .map((name) => join(this.#root, name))
      .filter((path) => statSync(path).isFile());
    const path = files[this.below(files.length)];
    if (path === undefined) return this.write();
    const { atime, mtime, size } = statSync(path);
    const deeds: readonly (() => void)[] = [
      () => this.write(),
      () => rmSync(path),
      () => appendFileSync(path, 'more'),
      () => utimesSync(path, atime, new Date(mtime.getTime() + 1000)),
      // As a container of another file system does it: nothing can be seen from outside.
      () => (writeFileSync(path, 'y'.repeat(size)), utimesSync(path, atime, mtime)),
      () => writeFileSync(path, ''),
    ];
    deeds[this.below(deeds.length)]?.();
  }
}

test(
  `${drills} drills over sources that change: no false alarm, and no damage that is not told`,
  async () => {
    await using stage = await TwoRepositories.create();
    const { target, world } = stage;
    rmSync(join(world.source, 'a.txt'));
    const sources = new Sources(world.source, seededRandom(testSeed));
    for (let file = 0; file < 80; file += 1) sources.write();
    for (const job of [0, 1, 2]) mkdirSync(join(world.source, `job${job}`), { recursive: true });
    const save = (job: number) => {
      const path = join(world.source, `job${job}`);
      return stage.run(aJob({ id: `job${job}`, sources: [{ path, required: true }], shrinkLimit: 0 }));
    };
    for (const job of [0, 1, 2]) await save(job);

    let toSpoil = 0;
    let spoilt: string[] = [];
    const restore = target.restore.bind(target);
    target.restore = async (spec: RestoreSpec, operation) => {
      const result = await restore(spec, operation);
      for (const path of spec.include.slice(0, toSpoil)) {
        const file = join(spec.target, path);
        if (statSync(file).size > 1) truncateSync(file, statSync(file).size - 1);
        else rmSync(file);
        spoilt.push(path);
      }
      return result;
    };

    for (let drill = 0; drill < drills; drill += 1) {
      for (let change = sources.below(8); change > 0; change -= 1) sources.change();
      if (drill % 3 === 0) await save(sources.below(3));
      [toSpoil, spoilt] = [drill % 10 === 9 ? 1 : 0, []];
      const { outcome, record } = await stage.run(aDrillJob({ files: 8, maxBytes: 20_000 }));
      const failures = record.report?.kind === 'drill' ? record.report.failures.map(({ path }) => path) : ['no report'];
      expect({ drill, outcome, failures }).toEqual({
        drill,
        outcome: spoilt.length > 0 ? 'failed' : 'succeeded',
        failures: spoilt,
      });
      expect(existsSync(world.scratchDir) ? readdirSync(world.scratchDir) : []).toEqual([]);
    }
    putDown({ unit: 'drills', count: drills, seed: testSeed });
  },
  60_000 + drills * 4000,
);
