import { relative } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** From here on a file is long. */
const longMs = 2000;

/** In seconds, about: for a fresh clone, in which Vitest remembers nothing. */
const known: Readonly<Record<string, number>> = {
  'tools/shell-blocks.test.mjs': 44,
  'apps/cli/test/faults/clock.test.ts': 43,
  'packages/coordinator-core/test/simulated-years.test.ts': 42,
  'apps/cli/test/borg.test.ts': 36,
  'apps/cli/test/daemon/care.test.ts': 32,
  'packages/restic-adapter/test/servers/servers.test.ts': 31,
  'apps/cli/test/faults/crash-at-slots.test.ts': 30,
  'apps/cli/test/faults/crash-at-moments.test.ts': 30,
  'packages/runtime/test/upkeep-jobs.test.ts': 28,
  'apps/cli/test/faults/throttle.test.ts': 27,
  'tools/demo.test.mjs': 26,
  'apps/cli/test/daemon/wait.test.ts': 26,
  'apps/cli/test/chains.test.ts': 24,
  'apps/cli/test/hooks.test.ts': 24,
  'apps/cli/test/kinds.test.ts': 23,
  'packages/runtime/test/drills.test.ts': 23,
  'packages/runtime/test/paced-checks.test.ts': 23,
  'apps/cli/test/privileged-rights.test.ts': 23,
  'apps/cli/test/privileged-snapshots.test.ts': 22,
  'apps/cli/test/faults/borg.test.ts': 22,
  'apps/cli/test/first-day.test.ts': 20,
  'packages/restic-reader/test/differential.test.ts': 20,
  'packages/coordinator-core/test/chain-crash.test.ts': 20,
  'packages/runtime/test/mend.test.ts': 19,
  'apps/cli/test/daemon/reload.test.ts': 19,
  'packages/restic-adapter/test/contract.test.ts': 19,
  'apps/cli/test/plugins.test.ts': 18,
  'apps/cli/test/faults/unreachable.test.ts': 18,
  'apps/cli/test/faults/flood.test.ts': 18,
  'packages/runtime/test/strategies.test.ts': 17,
  'apps/cli/test/faults/crash-at-statements.test.ts': 17,
  'apps/cli/test/daemon/detach.test.ts': 17,
  'apps/cli/test/privileged-throttle.test.ts': 17,
  'apps/cli/test/catalog.test.ts': 16,
  'apps/cli/test/faults/state.test.ts': 16,
  'apps/cli/test/native.test.ts': 16,
  'apps/cli/test/faults/processes.test.ts': 16,
  'apps/cli/test/daemon/client.test.ts': 16,
  'apps/cli/test/notify.test.ts': 15,
  'packages/runtime/test/catalog.test.ts': 15,
  'packages/coordinator-core/test/dispatch-model.test.ts': 15,
  'apps/cli/test/dump.test.ts': 14,
  'packages/coordinator-core/test/crash-sweep-kinds.test.ts': 14,
  'apps/cli/test/faults/network.test.ts': 14,
  'apps/cli/test/faults/daemon-state.test.ts': 14,
  'packages/runtime/test/commands.test.ts': 14,
  'packages/borg-adapter/test/contract.test.ts': 14,
  'packages/restic-adapter/test/upkeep.test.ts': 14,
  'apps/cli/test/verify.test.ts': 14,
  'packages/borg-adapter/test/borg.test.ts': 13,
  'apps/cli/test/password.test.ts': 13,
  'packages/plugin-process/test/containment.test.ts': 12,
  'apps/cli/test/faults/handover.test.ts': 12,
  'tools/readme-examples.test.mjs': 12,
  'apps/cli/test/daemon/survival.test.ts': 12,
  'apps/cli/test/units.test.ts': 11,
  'apps/cli/test/restore.test.ts': 11,
  'packages/testkit/test/fake-restic.test.ts': 11,
  'apps/cli/test/program.test.ts': 11,
  'packages/restic-reader/test/checking.test.ts': 11,
  'packages/restore/test/killed.test.ts': 11,
  'apps/cli/test/faults/repository.test.ts': 11,
  'apps/cli/test/faults/sources.test.ts': 11,
  'apps/cli/test/faults/crash-at-nodes.test.ts': 11,
  'apps/cli/test/documents.test.ts': 11,
  'apps/cli/test/privileged.test.ts': 11,
  'packages/runtime/test/native-reading.test.ts': 11,
  'apps/cli/test/secret.test.ts': 10,
  'apps/cli/test/privileged-volumes.test.ts': 10,
  'packages/coordinator-core/test/chain-walk.test.ts': 10,
  'packages/runtime/test/changes.test.ts': 10,
  'apps/cli/test/daemon/place.test.ts': 10,
  'packages/scheduler/test/clock-changes.property.test.ts': 10,
  'apps/cli/test/faults/failing-disk.test.ts': 9,
  'packages/plugin-process/test/python.test.ts': 9,
  'apps/cli/test/faults/containers.test.ts': 9,
  'apps/cli/test/daemon/contents.test.ts': 9,
  'apps/cli/test/kit.test.ts': 8,
  'apps/daemon/src/place/daemon-lock.test.ts': 8,
  'packages/restic-reader/test/machine-key.test.ts': 8,
  'packages/restic-adapter/test/reading.test.ts': 8,
  'apps/cli/test/daemon/documents.test.ts': 7,
  'packages/restic-adapter/test/cancel.test.ts': 7,
  'apps/cli/test/care.test.ts': 7,
};

/** Long files first, so that no worker is left with one when all the others are done. */
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
