import { findCircle, UmbraError } from '@umbracore/contracts';
import type { ChainJobDefinition, ErrorCode, JobDefinition } from '@umbracore/contracts';
import { arrowsOf, bracketOf, waits } from './graph.ts';

/** Why a chain cannot be walked through. */
export interface ChainProblem {
  readonly code: Extract<ErrorCode, `config.${string}`>;
  /** The nodes that it is about; of a circle in order, the first one again at the end. */
  readonly nodes: readonly string[];
  readonly message: string;
  readonly hint: string;
}

/** Throws the first problem of the chain. */
export function checkChain(chain: ChainJobDefinition): void {
  const [problem] = chainProblems(chain);
  if (problem === undefined) return;
  const { code, message, hint, nodes } = problem;
  throw new UmbraError(code, `The chain "${chain.id}": ${message}`, { hint, context: { chain: chain.id, nodes } });
}

export function chainProblems(chain: ChainJobDefinition): readonly ChainProblem[] {
  const names = [...ofNames(chain), ...ofEdges(chain), ...ofClosers(chain)];
  if (names.length > 0) return names;
  const ids = chain.nodes.map(({ id }) => id);
  const circle = findCircle(ids, arrowsOf(chain));
  if (circle !== undefined) return [circular(circle)];
  const crossed = crossedBrackets(chain);
  return crossed.length > 0 ? crossed : ofNesting(findCircle(ids, waits(chain)));
}

/**
 * Jobs that would start one another for ever: along `after`, and from a chain to the jobs that it runs. The id of the first one
 * stands at the end again.
 */
export function circleOfJobs(jobs: readonly JobDefinition[]): readonly string[] | undefined {
  const edges = jobs.flatMap((job) => [
    ...(job.after ?? []).map((edge) => ({ from: edge.job, to: job.id })),
    ...(job.kind === 'chain' ? job.nodes.map((node) => ({ from: job.id, to: node.job })) : []),
  ]);
  return findCircle(
    jobs.map(({ id }) => id),
    edges,
  );
}

/** Throws `config.cycle` for jobs that would start one another for ever. */
export function refuseCircle(jobs: readonly JobDefinition[]): void {
  const circle = circleOfJobs(jobs);
  if (circle === undefined) return;
  throw new UmbraError('config.cycle', `The jobs would start one another for ever: ${circle.join(' -> ')}`, {
    hint: 'Remove one `after`, or take one of them out of its chain.',
    context: { circle },
  });
}

function ofNames({ nodes }: ChainJobDefinition): readonly ChainProblem[] {
  if (nodes.length === 0) {
    return [{ code: 'config.invalid-value', nodes: [], message: 'it has no steps', hint: 'Name a job to run.' }];
  }
  const ids = nodes.map(({ id }) => id);
  const twice = new Set(ids.filter((id, index) => ids.indexOf(id) !== index));
  return [...twice].map((id) => ({
    code: 'config.duplicate',
    nodes: [id],
    message: `"${id}" comes twice`,
    hint: 'Give one of them an id of its own.',
  }));
}

function ofEdges({ nodes, edges }: ChainJobDefinition): readonly ChainProblem[] {
  const known = new Set(nodes.map(({ id }) => id));
  const strangers = new Set(edges.flatMap(({ from, to }) => [from, to]).filter((id) => !known.has(id)));
  const selfish = new Set(edges.filter(({ from, to }) => from === to && known.has(from)).map(({ from }) => from));
  return [
    ...[...strangers].map((id) => unknown(id, `an edge names "${id}", which is no step of it`)),
    ...[...selfish].map((id) => circular([id, id])),
  ];
}

function ofClosers({ nodes }: ChainJobDefinition): readonly ChainProblem[] {
  const known = new Set(nodes.map(({ id }) => id));
  const closerOf = new Map<string, string>();
  return nodes.flatMap(({ id, closes, deadlineMs }): ChainProblem[] => {
    if (closes === undefined) return [];
    const other = closerOf.get(closes);
    closerOf.set(closes, id);
    if (!known.has(closes)) return [unknown(id, `"${id}" closes "${closes}", which is no step of it`)];
    if (closes === id) return [circular([id, id])];
    if (other !== undefined) {
      const message = `"${other}" and "${id}" both close "${closes}"`;
      return [{ code: 'config.duplicate', nodes: [other, id], message, hint: 'Let one of them close it.' }];
    }
    if (deadlineMs === undefined) return [];
    const message = `"${id}" closes "${closes}" and has a deadline, but a closer always runs`;
    return [{ code: 'config.invalid-value', nodes: [id], message, hint: 'Take its deadline away.' }];
  });
}

/** A bracket that begins inside of another one ends inside of it as well. */
function crossedBrackets(chain: ChainJobDefinition): readonly ChainProblem[] {
  const closers = chain.nodes.filter(({ closes }) => closes !== undefined);
  return closers.flatMap((outer) => {
    const bracket = new Set(bracketOf(chain, outer.id));
    return closers
      .filter((inner) => inner.closes !== undefined && bracket.has(inner.closes) && !bracket.has(inner.id))
      .map((inner) => crossed([outer.id, inner.id], `"${outer.id}" closes before "${inner.id}", which opened later`));
  });
}

const ofNesting = (circle: readonly string[] | undefined): readonly ChainProblem[] =>
  circle === undefined ? [] : [crossed(circle, `its brackets wait for one another: ${circle.join(' -> ')}`)];

const crossed = (nodes: readonly string[], message: string): ChainProblem => ({
  code: 'config.invalid-value',
  nodes,
  message,
  hint: 'Close last what was opened first.',
});

const circular = (nodes: readonly string[]): ChainProblem => ({
  code: 'config.cycle',
  nodes,
  message: `it goes round in a circle: ${nodes.join(' -> ')}`,
  hint: 'Remove one of these edges so that some step can start.',
});

const unknown = (id: string, message: string): ChainProblem => ({
  code: 'config.unknown-reference',
  nodes: [id],
  message,
  hint: 'Add the step, or correct its name.',
});
