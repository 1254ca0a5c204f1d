import type { RunId, RunRecord, RunState } from '@umbracore/contracts';
import type { Session } from '../session.ts';
import { isDryRun } from '@umbracore/runtime/documents';
import type { Standing } from '@umbracore/runtime/history';

/** How an outcome is to be taken; undefined for what is neither good nor bad. */
export function standingOf(state: RunState): Standing | undefined {
  switch (state) {
    case 'succeeded':
      return 'good';
    case 'warning':
      return 'attention';
    case 'failed':
      return 'bad';
    case 'cancelled':
    case 'skipped':
    case 'missed':
    case 'queued':
    case 'running':
    case 'retrying':
      return undefined;
  }
}

/** `ok` reads better in a table than `succeeded`. */
export const outcomeWord = (state: RunState): string => (state === 'succeeded' ? 'ok' : state);

/** A dry run saved nothing: what it is comes before how it went. Of a run that is left behind nobody may think that it runs. */
export const outcomeText = (run: RunRecord, leftBehind?: ReadonlySet<RunId>): string => {
  if (run.trigger === 'adopted') return 'adopted';
  if (leftBehind?.has(run.id) === true) return 'interrupted';
  return isDryRun(run) ? `dry run ${outcomeWord(run.state)}` : outcomeWord(run.state);
};

/** A dry run that went well is nothing to feel safe about, nor is a run that nobody saw. */
export const standingOfRun = (run: RunRecord): Standing | undefined =>
  (isDryRun(run) || run.trigger === 'adopted') && run.state === 'succeeded' ? undefined : standingOf(run.state);

export function colouredSign({ signs, stdout: { style } }: Session, standing: Standing | undefined): string {
  switch (standing) {
    case 'good':
      return style.green(signs.good);
    case 'attention':
      return style.yellow(signs.attention);
    case 'bad':
      return style.red(signs.bad);
    case undefined:
      // As wide as its neighbours.
      return signs.good.length > 1 ? '-   ' : '–';
  }
}
