import { slotOfNode, type Instant, type JobDefinition, type JobId, type RunId } from '@umbracore/contracts';
import { graphOf, type ChainGraph } from '../chain/graph.ts';
import { walk, type NodeState } from '../chain/walk.ts';
import type { Queue } from './queue.ts';
import type { Parent, Passed, NewSlot } from './simulate.ts';
import { badness, type SimulatedRun } from './simulated-run.ts';

/** How a chain gets runs for its nodes. */
export interface ChainActions {
  enqueue(job: JobDefinition, slot: NewSlot, parent: Parent): readonly SimulatedRun[];
  skip(job: JobDefinition, slot: NewSlot, parent: Parent, end: Passed): void;
}

interface NodeRuns {
  state: NodeState;
  readonly open: Set<RunId>;
  readonly ended: SimulatedRun[];
  earliestEnd: Instant;
}

interface Walk {
  readonly run: SimulatedRun;
  readonly graph: ChainGraph;
  readonly nodes: Map<string, NodeRuns>;
  until: Instant | undefined;
}

/** Chains that are under way, each walked by the function that walks them in earnest. */
export class ChainRuns {
  readonly #jobs: ReadonlyMap<JobId, JobDefinition>;
  readonly #queue: Queue;
  readonly #actions: ChainActions;
  readonly #walks = new Map<RunId, Walk>();

  constructor(jobs: ReadonlyMap<JobId, JobDefinition>, queue: Queue, actions: ChainActions) {
    this.#jobs = jobs;
    this.#queue = queue;
    this.#actions = actions;
  }

  /** True if anything came of it. */
  walkAll(now: Instant): boolean {
    let changed = false;
    for (const run of this.#queue.chains()) {
      const known = this.#walks.get(run.id) ?? this.#begin(run);
      if (known !== undefined) changed = this.#step(known, now) || changed;
    }
    return changed;
  }

  nodeEnded(run: SimulatedRun): void {
    const nodes = run.parent === null ? undefined : this.#walks.get(run.parent)?.nodes;
    const node = [...(nodes?.values() ?? [])].find(({ open }) => open.has(run.id));
    if (node === undefined) return;
    node.open.delete(run.id);
    node.ended.push(run);
    node.earliestEnd = Math.max(node.earliestEnd, run.earliestAt + lengthOf(run));
    if (node.open.size > 0) return;
    const [worst] = node.ended.toSorted(
      (one, other) => badness[other.outcome ?? 'skipped'] - badness[one.outcome ?? 'skipped'],
    );
    // What a run would change is not known: it counts as having changed something.
    node.state = { state: worst?.outcome ?? 'skipped', changed: true };
  }

  nextAfter(now: Instant): Instant {
    let next = Infinity;
    for (const { until } of this.#walks.values()) if (until !== undefined && until > now) next = Math.min(next, until);
    return next;
  }

  #begin(run: SimulatedRun): Walk | undefined {
    const job = this.#jobs.get(run.job);
    if (job?.kind !== 'chain') return undefined;
    const begun: Walk = { run, graph: graphOf(job), nodes: new Map(), until: undefined };
    this.#walks.set(run.id, begun);
    return begun;
  }

  #step(chain: Walk, now: Instant): boolean {
    const { run, graph, nodes } = chain;
    const states = new Map([...nodes].map(([id, { state }]) => [id, state]));
    const step = walk(graph, states, { now, startedAt: run.startedAt ?? now, cancelled: false });
    chain.until = step.until;
    for (const { node, outcome, because } of step.skip)
      this.#skip(chain, node, now, { outcome, because: reason(because) });
    for (const node of step.start) this.#start(chain, node, now);
    if (step.verdict !== undefined) {
      this.#walks.delete(run.id);
      this.#queue.endWorking(run.id, now, step.verdict);
    }
    return step.start.length > 0 || step.skip.length > 0 || step.verdict !== undefined;
  }

  #start(chain: Walk, id: string, now: Instant): void {
    const job = this.#jobOf(chain, id);
    const earliestAt = this.#earliestOf(chain, id);
    const node: NodeRuns = { state: { state: 'running' }, open: new Set(), ended: [], earliestEnd: earliestAt };
    chain.nodes.set(id, node);
    const runs =
      job === undefined ? [] : this.#actions.enqueue(job, slotOf(chain, id, now), { id: chain.run.id, earliestAt });
    for (const { id: run } of runs) node.open.add(run);
    if (runs.length === 0) node.state = { state: 'skipped', changed: false };
  }

  #skip(chain: Walk, id: string, now: Instant, end: Passed): void {
    const earliestAt = this.#earliestOf(chain, id);
    chain.nodes.set(id, {
      state: { state: end.outcome, changed: false },
      open: new Set(),
      ended: [],
      earliestEnd: earliestAt,
    });
    const job = this.#jobOf(chain, id);
    if (job !== undefined) this.#actions.skip(job, slotOf(chain, id, now), { id: chain.run.id, earliestAt }, end);
  }

  #jobOf({ graph }: Walk, id: string): JobDefinition | undefined {
    return this.#jobs.get(graph.nodes.find((node) => node.id === id)?.job ?? '');
  }

  /** When everything before the node would have ended if nothing were ever taken. */
  #earliestOf({ run, graph, nodes }: Walk, id: string): Instant {
    const before = [...(graph.links.get(id) ?? []).map(({ from }) => from), ...(graph.brackets.get(id) ?? [])];
    return Math.max(run.earliestAt, ...before.map((node) => nodes.get(node)?.earliestEnd ?? 0));
  }
}

const slotOf = ({ run }: Walk, node: string, now: Instant): NewSlot => ({
  key: slotOfNode(run.id, node),
  at: now,
  trigger: 'chain',
});

const reason = (text: string): Passed['because'] => ({ code: 'chain', text, alsoStandsFor: null });

const lengthOf = ({ startedAt, finishedAt }: SimulatedRun): number =>
  startedAt === null || finishedAt === null ? 0 : finishedAt - startedAt;
