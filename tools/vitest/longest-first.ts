import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** From here on a file is long. */
const longMs = 2000;

/** In seconds, about: for a fresh clone, in which Vitest remembers nothing. */
const known: Readonly<Record<string, number>> = {
  'apps/cli/test/faults/crash-at-moments.test.ts': 50,
  'apps/cli/test/faults/clock.test.ts': 45,
  'apps/cli/test/faults/borg.test.ts': 45,
  'apps/cli/test/borg.test.ts': 40,
  'apps/cli/test/faults/crash-at-statements.test.ts': 40,
  'packages/coordinator-core/test/simulated-years.test.ts': 25,
  'apps/cli/test/faults/crash-at-slots.test.ts': 25,
  'packages/restic-adapter/test/contract.test.ts': 23,
  'packages/borg-adapter/test/contract.test.ts': 23,
  'packages/borg-adapter/test/borg.test.ts': 23,
  'apps/cli/test/faults/flood.test.ts': 18,
  'apps/cli/test/faults/processes.test.ts': 18,
  'packages/coordinator-core/test/chain-crash.test.ts': 18,
  'apps/cli/test/faults/daemon-state.test.ts': 17,
  'apps/cli/test/due.test.ts': 17,
  'apps/cli/test/first-day.test.ts': 17,
  'apps/cli/test/kinds.test.ts': 16,
  'apps/cli/test/faults/unreachable.test.ts': 16,
  'apps/cli/test/chains.test.ts': 16,
  'apps/cli/test/faults/state.test.ts': 15,
  'apps/cli/test/documents.test.ts': 15,
  'packages/coordinator-core/test/dispatch-model.test.ts': 15,
  'packages/restic-reader/test/differential.test.ts': 15,
  'apps/cli/test/catalog.test.ts': 15,
  'packages/runtime/test/upkeep-jobs.test.ts': 14,
  'apps/cli/test/daemon/client.test.ts': 14,
  'apps/cli/test/faults/crash-at-nodes.test.ts': 13,
  'apps/cli/test/faults/repository.test.ts': 12,
  'apps/cli/test/program.test.ts': 12,
  'apps/cli/test/daemon/survival.test.ts': 12,
  'packages/runtime/test/commands.test.ts': 12,
  'packages/state-store/test/processes.test.ts': 12,
  'packages/restic-reader/test/faults.test.ts': 12,
  'apps/cli/test/restore.test.ts': 11,
  'apps/cli/test/hooks.test.ts': 11,
  'packages/state-store/test/accounting.test.ts': 10,
  'apps/cli/test/standing.test.ts': 10,
  'apps/cli/test/faults/handover.test.ts': 10,
  'packages/coordinator-core/test/crash-sweep-kinds.test.ts': 10,
  'apps/cli/test/daemon/reload.test.ts': 10,
  'apps/cli/test/privileged.test.ts': 10,
  'packages/runtime/test/mend.test.ts': 10,
  'packages/runtime/test/strategies.test.ts': 10,
  'packages/runtime/test/drills.test.ts': 10,
  'packages/restore/test/killed.test.ts': 9,
  'packages/restic-adapter/test/upkeep.test.ts': 9,
  'packages/coordinator-core/test/crash-sweep.test.ts': 7,
  'packages/testkit/test/fake-restic.test.ts': 7,
  'packages/runtime/test/catalog.test.ts': 7,
  'packages/runtime/test/paced-checks.test.ts': 6,
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
