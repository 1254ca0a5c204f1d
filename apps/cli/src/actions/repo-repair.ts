import type { BringStep, CheckReport, CheckScope, MendStep, Progress, RepairStory } from '@umbracore/contracts';
import { exitCodes, repairDocument } from '@umbracore/runtime/documents';
import { repositoryNamed } from '@umbracore/runtime/history';
import type { Action } from '../command.ts';
import type { RepairFlags } from '../commands/repo-care.ts';
import { mendRepository } from '../doors/repositories.ts';
import { printable } from '../output/printable.ts';
import { formatQuantity } from '../output/sizes.ts';
import { confirm } from '../prompt/prompt.ts';
import { operationView } from '../progress/operation-view.ts';
import type { Session } from '../session.ts';

export const action: Action<RepairFlags> = async (session, [name = ''], { read, from, dryRun = false }) => {
  const runtime = await session.runtime();
  const { configuration } = runtime;
  const definition = repositoryNamed(configuration, name);
  const other = from === undefined ? undefined : repositoryNamed(configuration, from);
  const { signal } = session.interrupt;
  let view = operationView(session, `checking ${name}`);
  const report = (progress: Progress): void => view.show(progress);
  const agree = async (step: MendStep, found: CheckReport): Promise<boolean> => {
    view.close();
    if (!found.sound) tellProblems(session, name, found);
    session.say(`  next: ${meaningOf(step)}`);
    if (dryRun) return false;
    const agreed = await confirm(session, questionOf(step), step.type === 'index' || step.type === 'bring');
    if (agreed) view = operationView(session, `repairing ${name}: ${step.type}, then checking`);
    return agreed;
  };
  try {
    const scope = read === undefined ? undefined : scopeOf(read);
    const story = await mendRepository(runtime, definition, { scope, agree, from: other }, { signal, report });
    view.close();
    if (session.json) session.document('repair', repairDocument(name, story));
    else tellStory(session, story, { name, read, dryRun });
    return story.last.sound ? exitCodes.done : exitCodes.damage;
  } finally {
    view.close();
  }
};

const scopeOf = (read: number): CheckScope => (read === 100 ? { type: 'all' } : { type: 'percent', percent: read });

function meaningOf(step: MendStep): string {
  switch (step.type) {
    case 'packs':
      return `save what is whole in ${formatQuantity(step.packs.length, 'damaged pack')}, and drop them`;
    case 'index':
      return 'make the index anew of what is there; nothing is lost by it';
    case 'bring':
      return `bring ${formatQuantity(step.snapshots.length, 'snapshot')} back from ${step.from}${missing(step)}`;
    case 'snapshots':
      return 'take out of the snapshots what cannot be restored any more; the rest of them can be again';
  }
}

const missing = ({ lost }: BringStep): string =>
  lost.length === 0 ? '' : `, which has no copy of ${formatQuantity(lost.length, 'other damaged one')}`;

function questionOf(step: MendStep): string {
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

function tellProblems(session: Session, name: string, { problems }: CheckReport): void {
  const { style } = session.stdout;
  session.say(`${style.red(session.signs.bad)} ${name} is damaged: ${formatQuantity(problems.length, 'problem')}`);
  for (const problem of problems.slice(0, mostProblems)) session.say(`  ${printable(problem)}`);
  if (problems.length > mostProblems) session.say(`  and ${problems.length - mostProblems} more, all in the log`);
}

function tellStory(
  session: Session,
  { first, last, done, declined }: RepairStory,
  { name, read = 100, dryRun }: { readonly name: string; readonly read: number | undefined; readonly dryRun: boolean },
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
  const so = steps === '' ? '' : ` (done: ${steps})`;
  session.notice(
    read < 100
      ? `What was read shows nothing more to mend${so}. Read everything: umbra repo repair ${name} --read all`
      : `This engine can do no more about it${so}. A newer restic may.`,
  );
}
