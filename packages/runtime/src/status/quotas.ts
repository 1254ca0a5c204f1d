import type { Configuration, RunRecord, StateStore } from '@umbracore/contracts';
import { quotaWarning } from '../repositories/figures.ts';
import { measuredSize } from '../repositories/measured-size.ts';
import { isReal } from './past-question.ts';

/** How much of its quota a repository takes, as far as that is known without looking at it. */
export interface QuotaStatus {
  readonly repository: string;
  readonly quotaBytes: number;
  /**
   * As it was measured the last time, with what runs have stored since; undefined if nobody has measured it, or if it was pruned
   * since then.
   */
  readonly usedBytes: number | undefined;
  readonly isTight: boolean;
}

export interface QuotaSources {
  readonly configuration: Pick<Configuration, 'repositories'>;
  readonly store: StateStore;
  readonly paths: { readonly stateDir: string };
}

/** Of the repositories that have one. */
export async function quotasOf({ configuration, store, paths }: QuotaSources): Promise<readonly QuotaStatus[]> {
  const found: QuotaStatus[] = [];
  for (const { name: repository, quotaBytes } of configuration.repositories.values()) {
    if (quotaBytes === undefined) continue;
    const usedBytes = await usedBytesOf(store, paths.stateDir, repository);
    found.push({ repository, quotaBytes, usedBytes, isTight: (usedBytes ?? 0) >= quotaWarning * quotaBytes });
  }
  return found;
}

async function usedBytesOf(store: StateStore, stateDir: string, repository: string): Promise<number | undefined> {
  const measured = await measuredSize(stateDir, repository);
  if (measured === undefined) return undefined;
  const since = (await store.runs({ repository, states: ['succeeded', 'warning'], since: measured.at })).filter(isReal);
  if (since.some(({ plan }) => plan.job.kind === 'prune')) return undefined;
  return since.reduce((sum, run) => sum + storedBy(run), measured.storedBytes);
}

const storedBy = ({ stats }: RunRecord): number => stats?.bytesStored ?? stats?.bytesAdded ?? 0;
