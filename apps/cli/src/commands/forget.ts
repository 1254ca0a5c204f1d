import { defineCommand } from '../command.ts';

export interface ForgetFlags {
  readonly repository?: string;
  readonly dryRun?: boolean;
  readonly undo?: boolean;
}

export const forget = defineCommand({
  name: 'forget',
  operands: '[job...]',
  group: 'Look after it',
  text: 'thin out snapshots: show what goes and why, ask, and do it',
  completes: 'jobs',
  options: [
    { flags: '--repo, --repository <name>', text: 'only in this repository' },
    { flags: '--dry-run', text: 'stop after the plan, as a run that nobody looks at would have it' },
    { flags: '--undo', text: 'take back what was marked to be removed' },
  ],
  examples: ['umbra forget --dry-run', 'umbra forget documents', 'umbra forget tidy --repo home -y'],
  notes: [
    'JOB is a job that forgets, or a backup job: then the plan is for its snapshots alone. Without a name: every enabled job',
    'that forgets. Such a job says what stays: tidy: { forget: { daily: 7, weekly: 4, monthly: 12 } }.',
    'What is agreed to is carried out as a run of that job, and is all that goes, whatever is saved meanwhile. Off a',
    'terminal -y agrees. The guard holds back what would be dangerous. Its rail, which holds back more at once than is',
    'usual, and a clock that was set back only ask for somebody who looks. Exit code 1: something is held back; 4: nothing',
    'says what stays. The data of what is forgotten stays in the repository until a prune.',
    'With `undoWithin: 7d` in the job, what goes is only marked, and removed by a run a week later. Until then --undo takes',
    'it back; the next run marks it again, unless it is pinned or the policy is another one.',
  ],
  load: () => import('../actions/forget.ts'),
});
