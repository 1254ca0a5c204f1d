import { isLiftedByAgreement, removableOf, toUmbraError, UmbraError, type ForgetOutlook } from '@umbracore/contracts';
import type { Runtime } from '@umbracore/runtime';
import { forgetDocument, forgetExitCode, worstOf } from '@umbracore/runtime/documents';
import { chooseForgets, type WantedForget } from '@umbracore/runtime/history';
import type { Action } from '../command.ts';
import type { ForgetFlags } from '../commands/forget.ts';
import { workByDaemon } from '../daemon/run-by-daemon.ts';
import { showForgetPlan } from '../forget/show-plan.ts';
import { formatQuantity } from '../output/sizes.ts';
import { confirm } from '../prompt/prompt.ts';
import { takeAllBack } from '../forget/take-back.ts';
import { runOneHere } from '../run/run-here.ts';
import type { Session } from '../session.ts';

export const action: Action<ForgetFlags> = async (session, names, { repository, dryRun = false, undo = false }) => {
  if (dryRun && undo) {
    throw new UmbraError('usage.invalid', '--dry-run and --undo exclude each other', { hint: 'Give one of them.' });
  }
  const runtime = await session.runtime({ jobsRequired: true });
  const wanted = chooseForgets(runtime.configuration, names, repository);
  if (undo) return await takeAllBack(session, runtime, wanted);
  const { outlooks, codes } = await lookAt(session, runtime, wanted);
  if (session.json) session.document('forget', forgetDocument(outlooks));
  if (dryRun) {
    for (const outlook of outlooks) showForgetPlan(session, outlook, outlook.objections);
    return worstOf([...codes, forgetExitCode(outlooks)]);
  }
  const seen = outlooks.map(asSeen);
  for (const [index, outlook] of seen.entries()) {
    showForgetPlan(session, outlook, outlooks[index]?.objections ?? []);
  }
  codes.push(forgetExitCode(seen));
  if (await agree(session, seen)) {
    for (const outlook of seen.filter(({ removable }) => removable.length > 0)) {
      codes.push(await carryOut(session, outlook));
    }
  }
  return worstOf(codes);
};

/** One repository out of reach keeps no other one from being looked at. */
async function lookAt(session: Session, { coordinator }: Runtime, wanted: readonly WantedForget[]) {
  const { signal } = session.interrupt;
  const outlooks: ForgetOutlook[] = [];
  const codes: number[] = [];
  for (const { job, repository, only } of wanted) {
    try {
      outlooks.push(await coordinator.retention.preview(job, repository, { only, signal }));
    } catch (thrown) {
      const error = toUmbraError(thrown);
      if (error.code === 'run.cancelled') throw error;
      session.problem(error);
      codes.push(error.exitCode);
    }
  }
  return { outlooks, codes };
}

/** What only asks for somebody who looks holds nothing back of what is looked at. */
function asSeen(outlook: ForgetOutlook): ForgetOutlook {
  const objections = outlook.objections.filter((objection) => !isLiftedByAgreement(objection));
  return { ...outlook, objections, removable: removableOf(outlook.plan, objections) };
}

async function agree(session: Session, outlooks: readonly ForgetOutlook[]): Promise<boolean> {
  const count = outlooks.reduce((sum, { removable }) => sum + removable.length, 0);
  if (count === 0) session.notice('Nothing is to be forgotten.');
  if (count === 0) return false;
  if (await confirm(session, `Forget ${formatQuantity(count, 'snapshot')}?`, false)) return true;
  throw new UmbraError('run.cancelled', 'nothing was forgotten');
}

/** As an ordinary run of the forget job, which removes what was agreed to and nothing else. */
async function carryOut(session: Session, { job, repository, removable }: ForgetOutlook): Promise<number> {
  const options = { agreedSnapshots: removable };
  const work = { jobs: [job], all: false, tags: [], repository, trigger: 'manual', options } as const;
  return (await workByDaemon(session, work)) ?? (await runOneHere(session, { job, repository, options }));
}
