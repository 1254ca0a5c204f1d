import { nodeOf, type ChainJobDefinition, type RunRecord, type StateStore } from '@umbracore/contracts';
import { isDryRun } from '../documents/run-document.ts';
import type { ChainStanding } from '../documents/chain-document.ts';

/** So many runs back one is looked for that was in earnest. */
const lookedThrough = 20;

/** The last run of a chain, and how each of its nodes stands. */
export async function lastRunOf(
  store: Pick<StateStore, 'runs'>,
  chain: ChainJobDefinition,
): Promise<Pick<ChainStanding, 'last' | 'outcomes'>> {
  const runs = await store.runs({ job: chain.id, limit: lookedThrough });
  // A dry run tells nothing of how the chain stands, unless there is nothing else.
  const last = runs.find((run) => !isDryRun(run)) ?? runs[0];
  return { last, outcomes: await outcomesOf(store, last) };
}

/** As the chain says when it has ended, else as its runs say. */
async function outcomesOf(
  store: Pick<StateStore, 'runs'>,
  last: RunRecord | undefined,
): Promise<ChainStanding['outcomes']> {
  if (last === undefined) return new Map();
  if (last.report?.kind === 'chain') return new Map(last.report.nodes.map(({ node, outcome }) => [node, outcome]));
  const runs = (await store.runs({ parent: last.id })).toReversed();
  return new Map(runs.map((run) => [nodeOf(run) ?? '', run.state]));
}
