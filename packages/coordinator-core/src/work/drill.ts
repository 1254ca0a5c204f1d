import { UmbraError } from '@umbracore/contracts';
import type { Backend, RunReport, Snapshot } from '@umbracore/contracts';
import type { Attempt } from '../attempt.ts';
import { canariesAt } from '../drill/canaries.ts';
import { FileChooser } from '../drill/choose-files.ts';
import { judgeDrill } from '../drill/drill-verdict.ts';
import { findTargets, targetsIn, type TargetQuestion } from '../drill/find-targets.ts';
import { remember, type DrillMemory } from '../drill/memory.ts';
import type { DrillTarget } from '../drill/plan-targets.ts';
import { Sandbox } from '../drill/sandbox.ts';
import { bytesOf, Tally, type ChosenTarget } from '../drill/tally.ts';
import { tryAll } from '../drill/try-all.ts';
import { mendCommand } from '../mend-command.ts';
import { planOf } from '../narrow-plan.ts';
import { repeatable } from './repeatable.ts';
import type { Work } from './work.ts';

/** Restores some files into a folder of its own, compares them with what was saved, and removes them again. */
export const drillWork = (attempt: Attempt): Work =>
  repeatable(attempt, 'drill', async (backend) => {
    const { job, repository, options } = planOf(attempt.plan, 'drill');
    if (!backend.supports.has('list')) {
      throw new UmbraError('backend.unsupported', `The backend ${backend.name} cannot tell which files it has`);
    }
    const present = await backend.snapshots({}, { signal: attempt.signal });
    const memory = await remember(attempt.ports.store, attempt.held.record);
    const canaries = await canariesAt(job.canaries);
    const targets = await targetsOf(attempt, { present, memory, canaries: canaries.flatMap(({ saved }) => saved) });
    const chosen: ChosenTarget[] = [];
    for (const target of targets) chosen.push(await choose(attempt, backend, target, memory));
    tell(attempt, chosen);
    const tally = new Tally();
    const found = new Set(chosen.flatMap(({ choice }) => [...choice.present]));
    for (const { path, saved } of canaries) if (!saved.some((each) => found.has(each))) tally.absent(path);
    if (options.dryRun !== true) await restoreAll(attempt, backend, chosen, { present, tally });
    const report: RunReport = tally.report(chosen);
    tellFailures(attempt, report);
    const without = job.jobs.filter((name) => !targets.some((target) => target.job === name));
    const mend = mendCommand(attempt.ports, repository, backend.supports);
    return judgeDrill(report, { repository: repository.name, mend, without, isDry: options.dryRun === true });
  });

async function targetsOf(
  attempt: Attempt,
  known: Pick<TargetQuestion, 'present' | 'memory' | 'canaries'>,
): Promise<readonly DrillTarget[]> {
  const { jobs, files, maxBytes } = planOf(attempt.plan, 'drill').job;
  const question = { seed: attempt.run, jobs, files, maxBytes, ...known };
  return targetsIn(await attempt.held.steps(), known.present) ?? (await findTargets(attempt.ports.store, question));
}

async function choose(
  attempt: Attempt,
  backend: Backend,
  target: DrillTarget,
  memory: DrillMemory,
): Promise<ChosenTarget> {
  const { job, snapshot, files, maxBytes } = target;
  const chooser = new FileChooser({
    seed: `${attempt.run} ${snapshot}`,
    files,
    maxBytes,
    must: new Set(target.must),
    wasDrilled: (path) => memory.wasDrilled(job, path),
  });
  for await (const entry of backend.list(snapshot, undefined, { signal: attempt.signal })) {
    chooser.add(entry);
    attempt.alive();
  }
  return { target, choice: chooser.choose() };
}

async function restoreAll(
  attempt: Attempt,
  backend: Backend,
  chosen: readonly ChosenTarget[],
  { present, tally }: { readonly present: readonly Snapshot[]; readonly tally: Tally },
): Promise<void> {
  const bytes = chosen.reduce((sum, { choice }) => sum + bytesOf(choice), 0);
  if (chosen.every(({ choice }) => choice.files.length === 0)) return;
  await using sandbox = await Sandbox.create(attempt.ports.scratchDir, attempt.run);
  await sandbox.demandRoom(bytes);
  await tryAll({ attempt, backend, sandbox, tally, present }, chosen);
}

function tell(attempt: Attempt, chosen: readonly ChosenTarget[]): void {
  const verb = attempt.plan.options.dryRun === true ? 'Would restore' : 'Restoring';
  for (const { target, choice } of chosen) {
    const { files, tooLarge, oddNames } = choice;
    const leftOut = tooLarge + oddNames === 0 ? '' : ` (${tooLarge} are too large, ${oddNames} have odd names)`;
    attempt.note(`${verb} ${files.length} files of ${target.snapshot.slice(0, 8)} of ${target.job}${leftOut}`);
    for (const { path, size } of files) attempt.note(`  ${path} (${size} bytes)`);
  }
}

function tellFailures(attempt: Attempt, report: RunReport): void {
  if (report.kind !== 'drill') return;
  for (const { path, problem, reason } of report.failures) attempt.note(`Failed: ${path}: ${problem}: ${reason}`);
}
