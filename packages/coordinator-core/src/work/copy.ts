import { jobOfTags, UmbraError } from '@umbracore/contracts';
import type { Backend, CopyReport, Instant, JobId, RunPlan, Snapshot, VerificationRecord } from '@umbracore/contracts';
import type { Attempt } from '../attempt.ts';
import { repairCommand } from '../mend-command.ts';
import { jobOf, originOf, repositoryOf } from '../narrow-plan.ts';
import { goodEnd } from '../run-state.ts';
import type { RunEnd } from '../run-state.ts';
import { nothingVerified, verified } from '../verified.ts';
import type { Verified } from '../verified.ts';
import { verifyNew } from '../verify-snapshot.ts';
import { compareCopies } from './compare-copies.ts';
import type { CopiedPair } from './compare-copies.ts';
import { copiesIn, missingIn, oursAmong } from './missing-snapshots.ts';
import { passedOver } from './passed-over.ts';
import { repeatable, runEngine } from './repeatable.ts';
import type { Work } from './work.ts';

/** A command line has room for some 30 000 ids. */
const idsPerEngine = 5000;

/** Brings what the source repository has of our jobs and the target does not, compares both sides, and reads back what is new. */
export const copyWork = (attempt: Attempt): Work =>
  repeatable(attempt, 'copy', async (target) => {
    const { ports, plan, signal } = attempt;
    const job = jobOf(plan, 'copy');
    const from = originOf(plan);
    const source = await ports.repositories.backend(from, signal);
    const offered = oursAmong(await source.snapshots({}, { signal }), job.jobs);
    const present = await target.snapshots({}, { signal });
    const missing = missingIn(present, offered);
    const left = await passedOver(ports, plan.retention ?? [], { present, missing });
    const wanted = missing.filter(({ id }) => !left.has(id));
    attempt.note(`${from.name} has ${wanted.length} snapshots that are to be copied`);
    if (left.size > 0)
      attempt.note(`${left.size} more are not copied: ${plan.repository?.name} would forget them again`);
    const report = { kind: 'copy', passedOver: left.size } as const;
    if (plan.options.dryRun === true) {
      for (const { id } of wanted) attempt.note(`Would copy ${id}`);
      return goodEnd({ ...report, copied: wanted.map(({ id }) => id) });
    }
    await copyAll(attempt, target, wanted);
    const done: CopyReport = { ...report, ...(await afterwards(attempt, { source, target }, offered)) };
    return endOf(
      attempt,
      target,
      done,
      done.copied.length === 0 ? nothingVerified : await verifyTarget(attempt, target),
    );
  });

async function copyAll(attempt: Attempt, target: Backend, missing: readonly Snapshot[]): Promise<void> {
  const { ports, plan, signal } = attempt;
  const origin = missing.length === 0 ? undefined : await ports.repositories.resolve(originOf(plan), signal);
  for (let start = 0; origin !== undefined && start < missing.length; start += idsPerEngine) {
    const snapshots = missing.slice(start, start + idsPerEngine).map(({ id }) => id);
    await runEngine(attempt, { kind: 'copy', detail: { snapshots } }, (operation) =>
      target.copyFrom(origin, snapshots, operation),
    );
  }
}

/**
 * What the target has when the engine has done its part: the ids of the copies that this run made, in its earlier attempts too,
 * and how they compare. Throws if one that the engine was to bring is not there.
 */
async function afterwards(
  attempt: Attempt,
  both: { readonly source: Backend; readonly target: Backend },
  offered: readonly Snapshot[],
): Promise<Pick<CopyReport, 'copied' | 'compared' | 'different' | 'upTo'>> {
  const { signal, scope } = attempt;
  const wanted = new Set((await attempt.held.steps()).flatMap(({ kind, detail }) => idsIn(kind, detail)));
  const copyOf = copiesIn(await both.target.snapshots({}, { signal }));
  const pairs = offered.flatMap((original): readonly CopiedPair[] => {
    const copy = copyOf(original);
    if (copy === undefined && wanted.has(original.id)) throw withoutCopy(original);
    return copy === undefined ? [] : [{ original, copy }];
  });
  const copied = pairs.filter(({ original }) => wanted.has(original.id)).map(({ copy }) => copy.id);
  attempt.verifying();
  const { compared, different } = await compareCopies(both, pairs, new Set(copied), { signal, note: scope.note });
  return { copied, compared, different: different.map(({ copy }) => copy.id), upTo: newestOf(pairs) };
}

const withoutCopy = ({ id }: Snapshot): UmbraError =>
  new UmbraError('snapshot.absent', `The engine copied, but snapshot ${id} has no copy`, {
    hint: 'Check both repositories before you rely on the copy.',
  });

function newestOf(pairs: readonly CopiedPair[]): Readonly<Record<JobId, Instant>> {
  const newest = new Map<JobId, Instant>();
  for (const { original } of pairs) {
    const job = jobOfTags(original.tags);
    if (job !== undefined) newest.set(job, Math.max(newest.get(job) ?? 0, original.time));
  }
  return Object.fromEntries(newest);
}

/** What was brought is proven where it lies now, as it is after a backup. */
const verifyTarget = (attempt: Attempt, target: Backend): Promise<Verified> =>
  verified(attempt, {
    what: 'What was copied was',
    detail: {},
    verify: (operation) => verifyNew(target, sinceOf(attempt), operation),
  });

const sinceOf = ({ held: { record } }: Attempt): Instant => record.startedAt ?? record.queuedAt;

/** A copy that holds something else is there, and is no good: a warning that says which. Damage fails the run. */
function endOf({ plan }: Attempt, { supports }: Backend, report: CopyReport, { record, doubts }: Verified): RunEnd {
  const different = (report.different ?? []).map(
    (id) => `The copy ${id.slice(0, 8)} holds something else than its original`,
  );
  const suspicions = [...different, ...doubts];
  const end = { ...goodEnd(report), suspicions, verification: record ?? null };
  if (record?.ok === false) return { ...end, outcome: 'failed', error: damageError(plan, supports, record).toRecord() };
  return suspicions.length === 0 ? end : { ...end, outcome: 'warning' };
}

function damageError(plan: RunPlan, supports: Backend['supports'], { problems }: VerificationRecord): UmbraError {
  const mend = repairCommand(repositoryOf(plan), { from: originOf(plan).name, supports });
  return new UmbraError('verify.damage', `The verification found damage: ${problems[0] ?? 'no reason given'}`, {
    hint: `Mend it before the next copy${mend === undefined ? ', by the means of its backend' : `: ${mend}`}`,
  });
}

const idsIn = (kind: string, { snapshots }: Readonly<Record<string, unknown>>): readonly string[] =>
  kind === 'copy' && Array.isArray(snapshots) ? snapshots.filter((id) => typeof id === 'string') : [];
