import type { CheckReport, CheckScope, Progress, RepairStep, RepairStory } from '@umbracore/contracts';
import { exitCodes } from '@umbracore/runtime/documents';
import { repositoryNamed } from '@umbracore/runtime/history';
import type { Action } from '../command.ts';
import type { RepairFlags } from '../commands/repo-care.ts';
import { printable } from '../output/printable.ts';
import { formatQuantity } from '../output/sizes.ts';
import { confirm } from '../prompt/prompt.ts';
import { operationView } from '../progress/operation-view.ts';
import type { Session } from '../session.ts';

export const action: Action<RepairFlags> = async (session, [name = ''], { read, dryRun = false }) => {
  const { repositories, configuration } = await session.runtime();
  const definition = repositoryNamed(configuration, name);
  const { signal } = session.interrupt;
  let view = operationView(session, `checking ${name}`);
  const report = (progress: Progress): void => view.show(progress);
  const agree = async (step: RepairStep, found: CheckReport): Promise<boolean> => {
    view.close();
    tellProblems(session, name, found);
    session.say(`  next: ${meaningOf(step)}`);
    if (dryRun) return false;
    const agreed = await confirm(session, questionOf(step), step.type === 'index');
    if (agreed) view = operationView(session, `repairing ${name}: ${step.type}, then checking`);
    return agreed;
  };
  try {
    const scope = scopeOf(read);
    const story = await repositories.repair(definition, { scope, agree }, { signal, report });
    view.close();
    if (session.json) session.document('repair', { repository: name, ...repairDocument(story) });
    else tellStory(session, name, story, dryRun);
    return story.last.sound ? exitCodes.done : exitCodes.damage;
  } finally {
    view.close();
  }
};

const scopeOf = (read: number | undefined): CheckScope =>
  read === undefined ? { type: 'structure' } : read === 100 ? { type: 'all' } : { type: 'percent', percent: read };

function meaningOf(step: RepairStep): string {
  switch (step.type) {
    case 'packs':
      return `save what is whole in ${formatQuantity(step.packs.length, 'damaged pack')}, and drop them`;
    case 'index':
      return 'make the index anew of what is there; nothing is lost by it';
    case 'snapshots':
      return 'take out of the snapshots what cannot be restored any more; the rest of them can be again';
  }
}

function questionOf(step: RepairStep): string {
  switch (step.type) {
    case 'packs':
      return 'Drop the damaged packs?';
    case 'index':
      return 'Make the index anew?';
    case 'snapshots':
      return 'Give up what is lost in the snapshots? If its files still exist, say no and run your backups first.';
  }
}

const mostProblems = 10;

function tellProblems(session: Session, name: string, { problems }: CheckReport): void {
  const { style } = session.stdout;
  session.say(`${style.red(session.signs.bad)} ${name} is damaged: ${formatQuantity(problems.length, 'problem')}`);
  for (const problem of problems.slice(0, mostProblems)) session.say(`  ${printable(problem)}`);
  if (problems.length > mostProblems) session.say(`  and ${problems.length - mostProblems} more, all in the log`);
}

function tellStory(
  session: Session,
  name: string,
  { first, last, done, declined }: RepairStory,
  dryRun: boolean,
): void {
  const { style } = session.stdout;
  const steps = done.map(({ step }) => step.type).join(', ');
  if (last.sound) {
    const how = first.sound ? 'is sound: nothing to repair' : `is sound again, by repairing: ${steps}`;
    session.say(`${style.green(session.signs.good)} ${name} ${how}`);
    return;
  }
  if (declined !== undefined) {
    const text = dryRun
      ? 'Nothing was changed: this was a dry run.'
      : `Stopped there; done so far: ${steps || 'nothing'}.`;
    return session.notice(text);
  }
  tellProblems(session, name, last);
  session.notice(`This engine can do no more about it${steps === '' ? '' : ` (done: ${steps})`}. A newer restic may.`);
}

const repairDocument = ({ first, last, done, declined }: RepairStory) => ({
  sound: last.sound,
  problemsBefore: first.problems,
  problems: last.problems,
  steps: done.map(({ step, lines }) => ({ ...stepDocument(step), lines })),
  next: declined === undefined ? null : stepDocument(declined),
});

const stepDocument = (step: RepairStep) => ({ type: step.type, packs: step.type === 'packs' ? step.packs : [] });
