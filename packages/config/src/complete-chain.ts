import { dirname } from 'node:path';
import { closest, type ChainEdge, type ChainJobDefinition } from '@umbracore/contracts';
import { builtInChain } from './built-in.ts';
import { graphOfNodes, graphOfSteps, type PlacedGraph, type PlacedNode } from './chain-graph.ts';
import { circleFindings } from './circles.ts';
import type { Entry } from './collect.ts';
import { schedulesOf, type JobContext } from './complete-job.ts';
import { checkConditionWords } from './conditions.ts';
import { toBase } from './job-definition.ts';
import { flattenLayers, weakest, type Layer } from './layers.ts';
import type { Path } from './path.ts';
import { plainFields } from './plain-fields.ts';
import type { ChainInput, StepInput } from './schema/chain.ts';
import { nearestSpan, type Finding } from './source-text.ts';

export interface CompletedChain {
  readonly id: string;
  readonly job: ChainJobDefinition;
  readonly graph: PlacedGraph;
  readonly layers: readonly Layer[];
  readonly findings: readonly Finding[];
}

/** The layers of a chain: it has no profile, and the defaults are for the jobs in it. */
export function chainLayers(entry: Entry<ChainInput>, home: string): readonly Layer[] {
  const { steps, nodes, onFailure, ...shared } = entry.value;
  const fields = plainFields(shared, { base: dirname(entry.source.file), home });
  const graph = { ...(steps && { steps }), ...(nodes && { nodes }), ...(onFailure && { onFailure }) };
  return [
    { ...weakest, fields: { ...weakest.fields, onFailure: builtInChain.onFailure } },
    { name: 'chain', fields: { ...fields, ...graph }, entry },
  ];
}

/** The job that a chain stands for, and what is wrong with it. */
export function completeChain(entry: Entry<ChainInput>, context: JobContext): CompletedChain {
  const layers = chainLayers(entry, context.home);
  const fields = flattenLayers(layers);
  const { schedules, findings } = schedulesOf(layers, fields, context);
  const { steps, nodes, onFailure = builtInChain.onFailure } = entry.value;
  const graph = steps === undefined ? graphOfNodes(nodes ?? {}) : graphOfSteps(steps);
  const id = entry.name;
  const base = toBase(fields, { id, repositories: [], schedules, timezone: context.timezone });
  return {
    id,
    job: {
      ...base,
      kind: 'chain',
      // Its jobs are tried again, each as it says.
      retry: { type: 'none' },
      nodes: graph.nodes.map(({ path: _path, closesPath: _closesPath, ...node }) => node),
      edges: graph.edges.map(({ path: _path, ...edge }) => edge),
      onFailure,
    },
    graph,
    layers,
    findings: [...findings, ...checkConditionWords(layers, fields), ...checkForm(entry), ...checkGraph(entry, graph)],
  };
}

const findingsAt =
  ({ source, path }: Entry<unknown>) =>
  (code: Finding['code'], at: Path, part: 'key' | 'value', message: string, hint: string): Finding => ({
    code,
    message,
    hint,
    source,
    span: nearestSpan(source, [...path, ...at], part),
  });

/** Either steps or nodes, and not none of them. */
function checkForm(entry: Entry<ChainInput>): readonly Finding[] {
  const { steps, nodes } = entry.value;
  const finding = findingsAt(entry);
  const chain = `chain "${entry.name}"`;
  if (steps !== undefined && nodes !== undefined)
    return [
      finding('config.invalid-value', ['nodes'], 'key', `${chain} has both "steps" and "nodes"`, 'keep one of the two'),
    ];
  if (steps !== undefined) return steps.flatMap((step, index) => checkStep(entry, step, index));
  if (entry.faulty || Object.keys(nodes ?? {}).length > 0) return [];
  return [finding('config.invalid-value', [], 'key', `${chain} runs nothing`, 'add "steps: [JOB, JOB]" to it')];
}

/** A step is one job or a group of them, which is no node and so has no name. */
function checkStep(entry: Entry<ChainInput>, step: string | StepInput, index: number): readonly Finding[] {
  if (typeof step === 'string') return [];
  const finding = findingsAt(entry);
  const { job, parallel, any, id, closes } = step;
  const [first, second] = Object.entries({ job, parallel, any }).flatMap(([key, value]) =>
    value === undefined ? [] : [key],
  );
  if (first === undefined) {
    if (entry.faulty) return [];
    return [
      finding('config.invalid-value', ['steps', index], 'value', 'this step runs nothing', 'add "job: NAME" to it'),
    ];
  }
  if (second !== undefined) {
    const message = `this step has both "${first}" and "${second}"`;
    return [finding('config.invalid-value', ['steps', index, second], 'key', message, 'make two steps of it')];
  }
  if (first === 'job') return [];
  return Object.entries({ id, closes }).flatMap(([key, value]) =>
    value === undefined
      ? []
      : [
          finding(
            'config.invalid-value',
            ['steps', index, key],
            'key',
            `"${key}" has no meaning for a group`,
            'write it in a step of the group',
          ),
        ],
  );
}

function checkGraph(entry: Entry<ChainInput>, graph: PlacedGraph): readonly Finding[] {
  const { nodes, edges } = graph;
  const finding = findingsAt(entry);
  const known = new Set(nodes.map(({ id }) => id));
  const places = new Map(edges.map((edge) => [JSON.stringify(edge.path), edge]));
  const twice = nodes.filter(({ id }, index) => nodes.findIndex((other) => other.id === id) !== index);
  const placed = edges.map(({ from, to, path }) => ({
    from,
    to,
    place: { source: entry.source, span: nearestSpan(entry.source, [...entry.path, ...path], 'value') },
  }));
  return [
    ...[...places.values()].flatMap(({ from, path }) => unknownNode(entry, known, from, path)),
    ...twice.map(({ id, path }) =>
      finding('config.duplicate', path, 'value', `the chain has two nodes "${id}"`, 'give one of them another "id"'),
    ),
    ...nodes.flatMap((node) => checkClosing(entry, known, node, edges)),
    // Of two nodes of one name it cannot be told which one an edge means.
    ...(twice.length > 0
      ? []
      : circleFindings(known, placed, (circle) => ({
          message: `chain "${entry.name}" goes round in a circle: ${circle}`,
          hint: 'remove one of these from "needs"',
        }))),
  ];
}

function unknownNode(
  entry: Entry<ChainInput>,
  known: ReadonlySet<string>,
  name: string,
  path: Path,
): readonly Finding[] {
  // A node that was left out as faulty is reported already.
  if (known.has(name) || entry.faulty) return [];
  const meant = closest(name, known);
  const hint = meant === undefined ? `use one of: ${[...known].join(', ')}` : `did you mean "${meant}"?`;
  const message = `there is no node "${name}" in the chain`;
  return [findingsAt(entry)('config.unknown-reference', path, 'value', message, hint)];
}

function checkClosing(
  entry: Entry<ChainInput>,
  known: ReadonlySet<string>,
  { id, closes, closesPath }: PlacedNode,
  edges: readonly ChainEdge[],
): readonly Finding[] {
  if (closes === undefined) return [];
  if (!known.has(closes)) return unknownNode(entry, known, closes, closesPath);
  if (entry.faulty || leadsTo(closes, id, edges)) return [];
  const message = `"${id}" closes "${closes}", but does not follow it`;
  const hint = `let "${id}" follow "${closes}" or what follows that`;
  return [findingsAt(entry)('config.invalid-value', closesPath, 'value', message, hint)];
}

function leadsTo(from: string, to: string, edges: readonly ChainEdge[]): boolean {
  const reached = new Set([from]);
  // A set gives what is added to it while it is walked through.
  for (const node of reached) for (const edge of edges) if (edge.from === node) reached.add(edge.to);
  return from !== to && reached.has(to);
}
