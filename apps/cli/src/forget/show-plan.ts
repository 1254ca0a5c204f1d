import { forgetActions, type ForgetAction, type ForgetObjection, type ForgetOutlook } from '@umbracore/contracts';
import { rulesOf } from '../config/job-words.ts';
import { formatDuration } from '../output/durations.ts';
import { printable } from '../output/printable.ts';
import { formatQuantity } from '../output/sizes.ts';
import { dayTime } from '../output/times.ts';
import type { Session } from '../session.ts';

const columns = [
  { title: '' },
  { title: 'snapshot' },
  { title: 'job' },
  { title: 'when' },
  { title: 'because' },
] as const;

const words: Readonly<Record<ForgetAction, string>> = {
  keep: 'keep',
  mark: 'mark',
  forget: 'forget',
  hold: 'hold back',
};

/** A line for each snapshot, the newest first, then what it comes to and what the guard says. */
export function showForgetPlan(session: Session, outlook: ForgetOutlook, objections: readonly ForgetObjection[]): void {
  const { signs, stdout } = session;
  const { style } = stdout;
  const { job, repository, policy, plan } = outlook;
  const actionOf = forgetActions(outlook);
  session.say(`${style.bold(`${job} ${signs.arrow} ${repository}`)}  keeps ${rulesOf(policy) || 'everything'}`);
  const coloured: Readonly<Record<ForgetAction, (text: string) => string>> = {
    keep: style.green,
    mark: style.red,
    forget: style.red,
    hold: style.yellow,
  };
  const rows = plan.toReversed().map((decision) => {
    const action = actionOf(decision);
    const { snapshot, time, reasons } = decision;
    return [
      coloured[action](words[action]),
      snapshot.slice(0, 8),
      decision.job,
      dayTime(time, session.now()),
      style.dim(printable(reasons.join(', '))),
    ];
  });
  session.sayTable(columns, rows);
  session.say(sumOf(outlook));
  for (const { text, hint } of objections) {
    session.say(`${style.yellow(signs.attention)} ${printable(text)}`);
    session.say(`    ${style.cyan('hint')}: ${printable(hint)}`);
  }
}

/** `2 snapshots would go, 5 stay, 1 of them held back; 3 others are left alone` */
function sumOf({ plan, policy, removable, untouched }: ForgetOutlook): string {
  const stay = plan.length - removable.length;
  const held = plan.filter(({ keep }) => !keep).length - removable.length;
  return [
    `${formatQuantity(removable.length, 'snapshot')} would go, ${stay} ${stay === 1 ? 'stays' : 'stay'}`,
    ...(policy.undoMs === undefined ? [] : [`, with ${formatDuration(policy.undoMs)} to take it back`]),
    ...(held === 0 ? [] : [`, ${held} of them held back`]),
    ...(untouched === 0 ? [] : [`; ${formatQuantity(untouched, 'other')} left alone`]),
  ].join('');
}
