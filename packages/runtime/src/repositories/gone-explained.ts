import type { BackendWrapper, NewCheckReport, RunRecord, StateStore, StepRecord } from '@umbracore/contracts';

/** So many forgets back it is looked for who removed a snapshot. */
const forgetsAsked = 100;
const mostNamed = 5;

/** Says of snapshots that a check misses which of them we forgot ourselves: only the others may be lost. */
export const goneExplained =
  (store: Pick<StateStore, 'runs' | 'steps'>): BackendWrapper =>
  (inner, { name: repository }) => ({
    ...inner,
    async checkNew(scope, operation) {
      const report = await inner.checkNew(scope, operation);
      const { gone = [] } = report;
      if (gone.length === 0) return report;
      const forgets = await store.runs({ repository, kinds: ['forget'], limit: forgetsAsked });
      const forgotten = new Set<string>();
      for (const run of forgets) {
        for (const id of removedBy(run, await store.steps(run.id))) forgotten.add(id);
      }
      return { ...report, notes: [...report.notes, ...goneNotes(gone, forgotten)] } satisfies NewCheckReport;
    },
  });

/** The ids that snapshots had when a run removed them, and those that they had first: a mark or a pin gives them others. */
export function removedBy({ report, plan }: Pick<RunRecord, 'report' | 'plan'>, steps: readonly StepRecord[]) {
  if (report?.kind !== 'forget' || plan.options.dryRun === true) return [];
  const removed = new Set(report.removed);
  const first = steps.flatMap(({ kind, detail: { snapshots, names } }) =>
    kind === 'forget' && Array.isArray(snapshots) && Array.isArray(names)
      ? names.filter((name, place): name is string => typeof name === 'string' && removed.has(String(snapshots[place])))
      : [],
  );
  return [...removed, ...first];
}

/** `gone` and `forgotten` are first ids. */
export function goneNotes(gone: readonly string[], forgotten: ReadonlySet<string>): readonly string[] {
  const [ours, others] = [gone.filter((id) => forgotten.has(id)), gone.filter((id) => !forgotten.has(id))];
  return [
    ...(ours.length === 0 ? [] : [`Forgotten by umbra since the last check: ${named(ours)}`]),
    ...(others.length === 0 ? [] : [`Forgotten by others since the last check, or lost: ${named(others)}`]),
  ];
}

function named(ids: readonly string[]): string {
  const shown = ids.slice(0, mostNamed).map((id) => id.slice(0, 8));
  const more = ids.length > shown.length ? ` and ${ids.length - shown.length} more` : '';
  return `${ids.length === 1 ? 'snapshot' : 'snapshots'} ${shown.join(', ')}${more}`;
}
