import { isTerminal } from '@umbracore/contracts';
import type { ChainNode, EdgeCondition, Instant, RunOutcome } from '@umbracore/contracts';
import type { ChainGraph, Link } from './graph.ts';
import { spoken } from './spoken.ts';

/** How a node stands. `running` from the moment its runs were asked for; `changed` if they changed something. */
export type NodeState =
  { readonly state: 'waiting' | 'running' } | { readonly state: RunOutcome; readonly changed: boolean };

export interface ChainMoment {
  readonly now: Instant;
  /** When the chain began: deadlines count from here. */
  readonly startedAt: Instant;
  readonly cancelled: boolean;
}

export interface SkippedNode {
  readonly node: string;
  /** `missed` is a node whose deadline passed. */
  readonly outcome: 'skipped' | 'missed';
  /** A sentence. */
  readonly because: string;
}

/** What a chain does now. */
export interface WalkStep {
  readonly start: readonly string[];
  readonly skip: readonly SkippedNode[];
  /** When to look again although no node has ended. */
  readonly until: Instant | undefined;
  /** How the chain ends once these are skipped; undefined as long as a node is under way. */
  readonly verdict: RunOutcome | undefined;
}

/**
 * The next step of a chain. It remembers nothing: asked with the same states, whoever asks and however often, it answers the
 * same, so a chain that was interrupted goes on from the states of its nodes.
 *
 * A node is decided when everything before it has ended, or its deadline has passed; with `join: any` it starts with the first
 * link that holds. A node that was cancelled counts as failed, one that missed its deadline as skipped. A closer waits for its
 * bracket and for the nodes before it, does not mind how they ended, and starts if its opener was started.
 *
 * With `onFailure: stop`, after a failure only those start that an edge leads to which holds because a node failed or was not
 * started, those after them, and closers.
 *
 * The chain has failed if a node has, unless another one that runs in no other case than a failure dealt with it and ended well:
 * then it is a warning, as is a missed deadline.
 */
export function walk(graph: ChainGraph, states: ReadonlyMap<string, NodeState>, moment: ChainMoment): WalkStep {
  const scene = new Scene(graph, states, moment);
  const start: string[] = [];
  const skip: SkippedNode[] = [];
  const deadlines: Instant[] = [];
  for (const node of graph.nodes) {
    const choice = scene.choose(node);
    if (choice.type === 'start') start.push(node.id);
    if (choice.type === 'skip') skip.push({ node: node.id, outcome: choice.outcome, because: choice.because });
    if (choice.type === 'wait' && node.deadlineMs !== undefined) deadlines.push(moment.startedAt + node.deadlineMs);
    scene.apply(node, choice);
  }
  const until = deadlines.length === 0 ? undefined : Math.min(...deadlines);
  return { start, skip, until, verdict: scene.verdict() };
}

type Choice =
  | { readonly type: 'start' | 'wait' | 'none' }
  | { readonly type: 'skip'; readonly outcome: SkippedNode['outcome']; readonly because: string };

const skipped = (because: string): Choice => ({ type: 'skip', outcome: 'skipped', because });

/** The states while a step is worked out: who is skipped counts for those after it at once. */
class Scene {
  readonly #graph: ChainGraph;
  readonly #states: Map<string, NodeState>;
  readonly #moment: ChainMoment;
  readonly #failed: string | undefined;
  /** Those that may start although the chain stops. */
  readonly #answering = new Set<string>();

  constructor(graph: ChainGraph, states: ReadonlyMap<string, NodeState>, moment: ChainMoment) {
    this.#graph = graph;
    this.#states = new Map(states);
    this.#moment = moment;
    this.#failed = graph.nodes.find(({ id }) => hasFailed(this.#stateOf(id)))?.id;
  }

  choose(node: ChainNode): Choice {
    const links = this.#linksTo(node);
    if (links.some((link) => this.#holds(link) && this.#answersFailure(link))) this.#answering.add(node.id);
    if (this.#stateOf(node.id) !== 'waiting') return { type: 'none' };
    return node.closes === undefined ? this.#chooseStep(node, links) : this.#chooseCloser(node, node.closes, links);
  }

  apply({ id }: ChainNode, choice: Choice): void {
    if (choice.type === 'start') this.#states.set(id, { state: 'running' });
    if (choice.type === 'skip') this.#states.set(id, { state: choice.outcome, changed: false });
  }

  verdict(): RunOutcome | undefined {
    const outcomes = this.#graph.nodes.map(({ id }) => this.#stateOf(id));
    if (!outcomes.every(isEnded)) return undefined;
    if (this.#moment.cancelled) return 'cancelled';
    if (!outcomes.some(hasStarted)) return outcomes.includes('missed') ? 'missed' : 'skipped';
    const failed = this.#graph.nodes.filter(({ id }) => hasFailed(this.#stateOf(id)));
    if (failed.some(({ id }) => !this.#isHandled(id))) return 'failed';
    const doubtful = failed.length > 0 || outcomes.includes('warning') || outcomes.includes('missed');
    return doubtful ? 'warning' : 'succeeded';
  }

  #chooseStep(node: ChainNode, links: readonly Link[]): Choice {
    const { now, startedAt, cancelled } = this.#moment;
    if (cancelled) return skipped('The chain was cancelled');
    if (node.deadlineMs !== undefined && now >= startedAt + node.deadlineMs) {
      const because = `It was not started within ${spoken(node.deadlineMs)} after the chain began`;
      return { type: 'skip', outcome: 'missed', because };
    }
    const open = links.some(({ from }) => !isEnded(this.#stateOf(from)));
    const broken = links.filter((link) => isEnded(this.#stateOf(link.from)) && !this.#holds(link));
    const holds = node.join === 'all' ? !open && broken.length === 0 : this.#anyHolds(links);
    if (holds && !this.#isStopped(node)) return { type: 'start' };
    if (open) return { type: 'wait' };
    return skipped(holds ? `The chain stops: "${this.#failed}" failed` : this.#blame(broken));
  }

  #chooseCloser({ id }: ChainNode, opener: string, links: readonly Link[]): Choice {
    const before = [...(this.#graph.brackets.get(id) ?? []), ...links.map(({ from }) => from)];
    if (!before.every((node) => isEnded(this.#stateOf(node)))) return { type: 'wait' };
    if (hasStarted(this.#stateOf(opener))) return { type: 'start' };
    return skipped(`There is nothing to close: "${opener}" was not started`);
  }

  #anyHolds(links: readonly Link[]): boolean {
    return links.length === 0 || links.some((link) => this.#holds(link));
  }

  #isStopped({ id }: ChainNode): boolean {
    return this.#graph.onFailure === 'stop' && this.#failed !== undefined && !this.#answering.has(id);
  }

  #answersFailure({ from }: Link): boolean {
    const state = this.#stateOf(from);
    return hasFailed(state) || !hasStarted(state) || this.#answering.has(from);
  }

  /** By a node that runs in no other case, and that ended well. */
  #isHandled(node: string): boolean {
    return [...this.#graph.links.values()]
      .flat()
      .some(
        ({ from, to, on }) =>
          from === node &&
          on.includes('failure') &&
          on.every((condition) => condition === 'failure' || condition === 'skipped') &&
          isGood(this.#stateOf(to)),
      );
  }

  #holds({ from, on }: Link): boolean {
    const state = this.#states.get(from);
    return state !== undefined && on.some((condition) => conditionHolds(condition, state));
  }

  #blame(broken: readonly Link[]): string {
    return broken
      .map(({ from, on }) => `"${from}" ${ends[this.#stateOf(from)]}, but ${wanted(on)} was wanted`)
      .join('; ');
  }

  #linksTo({ id }: ChainNode): readonly Link[] {
    return this.#graph.links.get(id) ?? [];
  }

  #stateOf(node: string): NodeState['state'] {
    return this.#states.get(node)?.state ?? 'waiting';
  }
}

/** Whether an edge lets the next node start, by how the one before it ended. */
export function conditionHolds(condition: EdgeCondition, node: NodeState): boolean {
  switch (condition) {
    case 'success':
      return node.state === 'succeeded';
    case 'warning':
      return node.state === 'warning';
    case 'failure':
      return hasFailed(node.state);
    case 'skipped':
      return node.state === 'skipped' || node.state === 'missed';
    case 'always':
      return isEnded(node.state);
    case 'changed':
      return isGood(node.state) && 'changed' in node && node.changed;
  }
}

const isEnded = (state: NodeState['state']): boolean => state !== 'waiting' && isTerminal(state);
const isGood = (state: NodeState['state']): boolean => state === 'succeeded' || state === 'warning';
const hasFailed = (state: NodeState['state']): boolean => state === 'failed' || state === 'cancelled';
const hasStarted = (state: NodeState['state']): boolean => state === 'running' || isGood(state) || hasFailed(state);

const ends: Readonly<Record<NodeState['state'], string>> = {
  waiting: 'has not started',
  running: 'is under way',
  succeeded: 'succeeded',
  warning: 'ended with a warning',
  failed: 'failed',
  cancelled: 'was cancelled',
  skipped: 'was skipped',
  missed: 'was not started in time',
};

const wants: Readonly<Record<EdgeCondition, string>> = {
  success: 'success',
  warning: 'a warning',
  failure: 'a failure',
  skipped: 'a skip',
  always: 'an end',
  changed: 'a change',
};

const wanted = (on: readonly EdgeCondition[]): string => on.map((condition) => wants[condition]).join(' or ');
