import type { HistorySettings } from '@umbracore/contracts';
import { builtInHistory } from './built-in.ts';
import type { Entry } from './reading/collect.ts';
import { nearestSpan, type Finding } from './reading/source-text.ts';
import type { HistoryInput } from './schema/configuration.ts';
import { parseDuration } from './units.ts';

/** A slot that is accounted for is known by its run for as long as a clock may be set back. */
const least = '30d';

/** What stays of the history if the configuration says nothing. */
export const defaultHistorySettings: HistorySettings = {
  keepMs: parseDuration(builtInHistory.keep),
  runs: builtInHistory.runs,
};

export interface ReadHistorySettings {
  readonly history: HistorySettings;
  readonly findings: readonly Finding[];
}

/** How much of the history stays, and what is wrong with that. */
export function toHistorySettings(entry: Entry<HistoryInput> | undefined): ReadHistorySettings {
  if (entry === undefined) return { history: defaultHistorySettings, findings: [] };
  const { keep = builtInHistory.keep, runs = builtInHistory.runs } = entry.value;
  const history = { keepMs: parseDuration(keep), runs };
  return { history, findings: history.keepMs < parseDuration(least) ? [tooShort(entry)] : [] };
}

const tooShort = ({ source, path }: Entry<HistoryInput>): Finding => ({
  code: 'config.invalid-value',
  message: `the history is kept for at least ${least}`,
  hint: `write ${least} or longer`,
  source,
  span: nearestSpan(source, [...path, 'keep'], 'value'),
});
