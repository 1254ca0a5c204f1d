import type { MendStep } from '@umbracore/contracts';
import type { RepairDocument, MendStepDocument } from '@umbracore/runtime/documents';
import type { RepairFlags } from '../commands/repo-care.ts';
import { printable } from '../output/printable.ts';
import { formatQuantity } from '../output/sizes.ts';
import type { Session } from '../session.ts';

interface StepToCome extends MendStepDocument {
  /** What it is to mend. */
  readonly problems: readonly string[];
}

/** What was found, and the step that is for it. */
export function tellStep(session: Session, name: string, step: StepToCome): void {
  if (step.problems.length > 0) tellProblems(session, name, step.problems);
  session.say(`  next: ${meaningOf(step)}`);
}

function meaningOf({ type, packs, from = '', snapshots = [], lost = [] }: MendStepDocument): string {
  switch (type) {
    case 'packs':
      return `save what is whole in ${formatQuantity(packs.length, 'damaged pack')}, and drop them`;
    case 'index':
      return 'make the index anew of what is there; nothing is lost by it';
    case 'bring': {
      const missing =
        lost.length === 0 ? '' : `, which has no copy of ${formatQuantity(lost.length, 'other damaged one')}`;
      return `bring ${formatQuantity(snapshots.length, 'snapshot')} back from ${from}${missing}`;
    }
    case 'snapshots':
      return 'take out of the snapshots what cannot be restored any more; the rest of them can be again';
  }
}

export function questionOf(step: MendStep): string {
  switch (step.type) {
    case 'packs':
      return 'Drop the damaged packs?';
    case 'index':
      return 'Make the index anew?';
    case 'bring':
      return `Bring what is lost back from ${step.from}?`;
    case 'snapshots':
      return 'Give up what is lost in the snapshots? If its files still exist, say no and run your backups first.';
  }
}

const mostProblems = 10;

function tellProblems(session: Session, name: string, problems: readonly string[]): void {
  const { style } = session.stdout;
  session.say(`${style.red(session.signs.bad)} ${name} is damaged: ${formatQuantity(problems.length, 'problem')}`);
  for (const problem of problems.slice(0, mostProblems)) session.say(`  ${printable(problem)}`);
  if (problems.length > mostProblems) session.say(`  and ${problems.length - mostProblems} more, all in the log`);
}

/** How it ended. */
export function tellStory(
  session: Session,
  { repository: name, sound, problemsBefore, problems, steps, next }: RepairDocument,
  { read = 100, dryRun = false }: Pick<RepairFlags, 'read' | 'dryRun'>,
): void {
  const done = steps.map(({ type }) => type).join(', ');
  if (sound) {
    const how = problemsBefore.length === 0 ? 'is sound: nothing to repair' : `is sound again, by repairing: ${done}`;
    return session.done(`${name} ${how}`);
  }
  if (next !== null) {
    const text = dryRun
      ? 'Nothing was changed: this was a dry run.'
      : `Stopped there; done so far: ${done || 'nothing'}.`;
    return session.notice(text);
  }
  tellProblems(session, name, problems);
  const so = done === '' ? '' : ` (done: ${done})`;
  session.notice(
    read < 100
      ? `What was read shows nothing more to mend${so}. Read everything: umbra repo repair ${name} --read all`
      : `This engine can do no more about it${so}. A newer restic may.`,
  );
}
