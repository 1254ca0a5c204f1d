import type { CheckReport, CheckScope, MendStep, Progress } from '@umbracore/contracts';
import { exitCodes, repairDocument, mendStepDocument, type RepairDocument } from '@umbracore/runtime/documents';
import { repositoryNamed } from '@umbracore/runtime/history';
import type { Action } from '../command.ts';
import type { RepairFlags } from '../commands/repo-care.ts';
import { careByDaemon } from '../daemon/care-by-daemon.ts';
import { mendRepository } from '../doors/repositories.ts';
import { confirm } from '../prompt/prompt.ts';
import { operationView, withView } from '../progress/operation-view.ts';
import { questionOf, tellStep, tellStory } from '../repo/tell-repair.ts';
import type { Session } from '../session.ts';

export const action: Action<RepairFlags> = async (session, [name = ''], flags) => {
  const story = (await repairedByDaemon(session, name, flags)) ?? (await repairedHere(session, name, flags));
  if (session.json) session.document('repair', story);
  else tellStory(session, story, flags);
  return story.sound ? exitCodes.done : exitCodes.damage;
};

const allSteps: readonly MendStep['type'][] = ['packs', 'index', 'bring', 'snapshots'];

/** Only where nobody is asked between its steps: each answer would begin a new look. */
async function repairedByDaemon(
  session: Session,
  name: string,
  { read, from, dryRun = false }: RepairFlags,
): Promise<RepairDocument | undefined> {
  if (!dryRun && session.globals.yes !== true) return undefined;
  const path = `/v1/repositories/${encodeURIComponent(name)}/repair`;
  const body = { read, from, agree: dryRun ? [] : allSteps };
  const title = dryRun ? `checking ${name}` : `checking ${name}, and repairing it`;
  const story = await withView(session, title, (report) =>
    careByDaemon<RepairDocument>(session, { path, body, report }),
  );
  if (story === undefined) return undefined;
  for (const step of story.steps) tellStep(session, name, step);
  if (story.next !== null) tellStep(session, name, { ...story.next, problems: story.problems });
  return story;
}

async function repairedHere(
  session: Session,
  name: string,
  { read, from, dryRun = false }: RepairFlags,
): Promise<RepairDocument> {
  const runtime = await session.runtime();
  const { configuration } = runtime;
  const definition = repositoryNamed(configuration, name);
  const other = from === undefined ? undefined : repositoryNamed(configuration, from);
  const { signal } = session.interrupt;
  let view = operationView(session, `checking ${name}`);
  const report = (progress: Progress): void => view.show(progress);
  const agree = async (step: MendStep, { problems }: CheckReport): Promise<boolean> => {
    view.close();
    tellStep(session, name, { ...mendStepDocument(step), problems });
    if (dryRun) return false;
    const agreed = await confirm(session, questionOf(step), step.type === 'index' || step.type === 'bring');
    if (agreed) view = operationView(session, `repairing ${name}: ${step.type}, then checking`);
    return agreed;
  };
  try {
    const scope = read === undefined ? undefined : scopeOf(read);
    const story = await mendRepository(runtime, definition, { scope, agree, from: other }, { signal, report });
    return repairDocument(name, story);
  } finally {
    view.close();
  }
}

const scopeOf = (read: number): CheckScope => (read === 100 ? { type: 'all' } : { type: 'percent', percent: read });
