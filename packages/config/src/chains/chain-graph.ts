import type { ChainEdge, ChainNode, EdgeCondition } from '@umbracore/contracts';
import { builtInChain, builtInOn } from '../built-in.ts';
import type { Path } from '../reading/path.ts';
import { list } from '../list.ts';
import type { BranchInput, ChainNodeInput, StepInput, StepsInput } from '../schema/chain.ts';
import { parseDuration } from '../units.ts';

export interface PlacedNode extends ChainNode {
  /** Where the chain names its job. */
  readonly path: Path;
  /** Where the chain names the node that it closes. */
  readonly closesPath: Path;
}

export interface PlacedChainEdge extends ChainEdge {
  /** Where the chain says that `to` follows `from`. */
  readonly path: Path;
}

/** The graph of a chain, with the places inside of the chain that its parts come from. */
export interface PlacedGraph {
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedChainEdge[];
}

interface Member extends Omit<StepInput, 'job' | 'parallel' | 'any'> {
  readonly job: string;
  readonly path: Path;
  readonly jobPath: Path;
}

interface Stage {
  readonly members: readonly Member[];
  /** How many of the members the next stage waits for. */
  readonly join: ChainNode['join'];
}

/** What a group says holds for each of its branches that does not say better. */
function membersOf(branches: readonly BranchInput[], group: StepInput, path: Path): readonly Member[] {
  const { on, deadline } = group;
  return branches.map((branch, index) => {
    const here = [...path, index];
    return typeof branch === 'string'
      ? { job: branch, on, deadline, path: here, jobPath: here }
      : { on, deadline, ...branch, path: here, jobPath: [...here, 'job'] };
  });
}

/** The stages of a chain, each with at least one member. A step that says nothing to run has none: that is reported. */
function stagesOf(steps: StepsInput): readonly Stage[] {
  return steps
    .map((step, index): Stage => {
      const path = ['steps', index];
      if (typeof step === 'string') return { members: [{ job: step, path, jobPath: path }], join: 'all' };
      const { job, parallel, any, ...others } = step;
      if (parallel !== undefined) return { members: membersOf(parallel, step, [...path, 'parallel']), join: 'all' };
      if (any !== undefined) return { members: membersOf(any, step, [...path, 'any']), join: 'any' };
      return {
        members: job === undefined ? [] : [{ ...others, job, path, jobPath: [...path, 'job'] }],
        join: 'all',
      };
    })
    .filter(({ members }) => members.length > 0);
}

/** Names nodes after their jobs; `#` is in no name of a job, so a number behind it makes no other name. */
function nodeNames(): (member: Member) => string {
  const seen = new Map<string, number>();
  return ({ id, job }) => {
    if (id !== undefined) return id;
    const times = (seen.get(job) ?? 0) + 1;
    seen.set(job, times);
    return times === 1 ? job : `${job}#${times}`;
  };
}

const conditionsOf = (
  on: EdgeCondition | EdgeCondition[] | undefined,
  closes: string | undefined,
): readonly EdgeCondition[] => (on === undefined ? (closes === undefined ? builtInOn : ['always']) : list(on));

const deadlineOf = (deadline: string | undefined): number | undefined =>
  deadline === undefined ? undefined : parseDuration(deadline);

/** Every step follows all of the step before it. */
export function graphOfSteps(steps: StepsInput): PlacedGraph {
  const nameOf = nodeNames();
  const nodes: PlacedNode[] = [];
  const edges: PlacedChainEdge[] = [];
  let before: { readonly ids: readonly string[]; readonly join: ChainNode['join'] } = { ids: [], join: 'all' };
  for (const { members, join } of stagesOf(steps)) {
    const ids: string[] = [];
    for (const member of members) {
      const { job, on, deadline, closes, path, jobPath } = member;
      const id = nameOf(member);
      ids.push(id);
      const closesPath = [...path, 'closes'];
      nodes.push({ id, job, join: before.join, closes, deadlineMs: deadlineOf(deadline), path: jobPath, closesPath });
      for (const from of before.ids)
        edges.push(...conditionsOf(on, closes).map((condition) => ({ from, to: id, on: condition, path })));
    }
    before = { ids, join };
  }
  return { nodes, edges };
}

/** Nodes that name what they follow. */
export function graphOfNodes(written: Readonly<Record<string, ChainNodeInput>>): PlacedGraph {
  const edges: PlacedChainEdge[] = [];
  const nodes = Object.entries(written).map(([id, node]): PlacedNode => {
    const { job, needs, join = builtInChain.join, deadline, closes } = node;
    const path = ['nodes', id];
    for (const [index, need] of list(needs).entries()) {
      const place = [...path, 'needs', ...(Array.isArray(needs) ? [index] : [])];
      const { node: from, on } = typeof need === 'string' ? { node: need, on: undefined } : need;
      const at = typeof need === 'string' ? place : [...place, 'node'];
      edges.push(...conditionsOf(on, closes).map((condition) => ({ from, to: id, on: condition, path: at })));
    }
    return {
      id,
      job: job ?? id,
      join,
      closes,
      deadlineMs: deadlineOf(deadline),
      path: job === undefined ? path : [...path, 'job'],
      closesPath: [...path, 'closes'],
    };
  });
  return { nodes, edges };
}
