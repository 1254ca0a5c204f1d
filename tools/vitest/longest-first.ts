import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** From here on a file is long. */
const longMs = 2000;

/** In seconds, about: for a fresh clone, in which Vitest remembers nothing. */
const known: Readonly<Record<string, number>> = {
  'apps/cli/test/faults/crash-at-moments.test.ts': 60,
};

/**
 * Long files first, whatever project they are of, so that no worker is left with one when all the others are done. The short
 * ones follow project by project: a worker goes on with the next file of the same project without starting anew.
 */
export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const lengths = new Map(files.map((file) => [file, this.#expectedMs(file)]));
    const lengthOf = (file: TestSpecification): number => lengths.get(file) ?? 0;
    const long = files.filter((file) => lengthOf(file) >= longMs).sort((one, other) => lengthOf(other) - lengthOf(one));
    const short = files.filter((file) => lengthOf(file) < longMs);
    return [...long, ...(await super.sort(short))];
  }

  #expectedMs(file: TestSpecification): number {
    const remembered = this.ctx.cache.getTestSpecificationResult(file)?.duration;
    return remembered ?? 1000 * (known[relative(this.ctx.config.root, file.moduleId)] ?? 0);
  }
}
