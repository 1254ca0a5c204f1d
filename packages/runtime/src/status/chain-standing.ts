import { nodeOf, type ChainJobDefinition, type Instant, type StateStore } from '@umbracore/contracts';
import { isDryRun } from '../documents/run-document.ts';
import type { ChainStanding } from '../documents/chain-document.ts';
import { runsLeftBehind, type LeftSources } from './runs-left-behind.ts';

/** So many runs back one is looked for that was in earnest. */
const lookedThrough = 20;

/** The last run of a chain, and how each of its nodes stands. */
export async function lastRunOf(
  sources: LeftSources & { readonly store: Pick<StateStore, 'runs' | 'open'> },
  chain: ChainJobDefinition,
  now: Instant,
): Promise<Omit<ChainStanding, 'next'>> {
  const { store } = sources;
  const runs = await store.runs({ job: chain.id, limit: lookedThrough });
  // A dry run tells nothing of how the chain stands, unless there is nothing else.
  const last = runs.find((run) => !isDryRun(run)) ?? runs[0];
  if (last === undefined) return { last, outcomes: new Map(), left: { run: false, nodes: new Set() } };
  // As the chain says when it has ended, else as its runs say.
  if (last.report?.kind === 'chain') {
    const outcomes = new Map(last.report.nodes.map(({ node, outcome }) => [node, outcome]));
    return { last, outcomes, left: { run: false, nodes: new Set() } };
  }
  const ofNodes = (await store.runs({ parent: last.id })).toReversed();
  const left = await runsLeftBehind(sources, [last, ...ofNodes], now);
  return {
    last,
    outcomes: new Map(ofNodes.map((run) => [nodeOf(run) ?? '', run.state])),
    left: {
      run: left.has(last.id),
      nodes: new Set(ofNodes.filter(({ id }) => left.has(id)).map((run) => nodeOf(run) ?? '')),
    },
  };
}
