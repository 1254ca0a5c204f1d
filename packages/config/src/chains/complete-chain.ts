import { dirname } from 'node:path';
import { closest, type ChainJobDefinition, type ErrorCode } from '@umbracore/contracts';
import { builtInChain } from '../built-in.ts';
import { graphOfNodes, graphOfSteps, type PlacedGraph } from './chain-graph.ts';
import { circleFindings } from './circles.ts';
import type { Entry } from '../reading/collect.ts';
import { schedulesOf, type JobContext } from '../jobs/complete-job.ts';
import { checkConditionWords } from '../jobs/conditions.ts';
import { checkHooks } from '../jobs/hooks.ts';
import { asReported } from '../report/failure.ts';
import { toBase } from '../jobs/job-definition.ts';
import { flattenLayers, weakest, type Layer, type Place } from '../jobs/layers.ts';
import type { Path } from '../reading/path.ts';
import { plainFields } from '../jobs/plain-fields.ts';
import type { ChainInput, StepInput } from '../schema/chain.ts';
import { nearestSpan, type Finding } from '../reading/source-text.ts';

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

export interface ChainContext extends JobContext {
  readonly chainProblems: ((chain: ChainJobDefinition) => readonly ChainProblem[]) | undefined;
}

/** The job that a chain stands for, and what is wrong with it. */
export function completeChain(entry: Entry<ChainInput>, context: ChainContext): CompletedChain {
  const layers = chainLayers(entry, context.home);
  const fields = flattenLayers(layers);
  const { schedules, findings } = schedulesOf(layers, fields, context);
  const { steps, nodes, onFailure = builtInChain.onFailure } = entry.value;
  const graph = steps === undefined ? graphOfNodes(nodes ?? {}) : graphOfSteps(steps);
  const id = entry.name;
  const base = toBase(fields, { id, repositories: [], schedules, timezone: context.timezone });
  const job: ChainJobDefinition = {
    ...base,
    kind: 'chain',
    // Its jobs are tried again, each as it says.
    retry: { type: 'none' },
    nodes: graph.nodes.map(({ path: _path, closesPath: _closesPath, ...node }) => node),
    edges: graph.edges.map(({ path: _path, ...edge }) => edge),
    onFailure,
  };
  const basics = [...checkForm(entry), ...checkGraph(entry, graph)];
  const isWhole = basics.length === 0 && !entry.faulty;
  const wrong = isWhole ? problemFindings(entry, graph, context.chainProblems?.(job) ?? []) : basics;
  return {
    id,
    job,
    graph,
    layers,
    findings: [...findings, ...checkConditionWords(layers, fields), ...checkHooks(layers, fields.hooks), ...wrong],
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

/** What is wrong with a chain beyond its names: circles, and brackets that are crossed. */
export interface ChainProblem {
  readonly code: ErrorCode;
  /** The nodes that it is about. */
  readonly nodes: readonly string[];
  readonly message: string;
  readonly hint: string;
}

/** Names that stand for no node or for two, and circles. */
function checkGraph(entry: Entry<ChainInput>, { nodes, edges }: PlacedGraph): readonly Finding[] {
  const finding = findingsAt(entry);
  const known = new Set(nodes.map(({ id }) => id));
  const closing = nodes.flatMap(({ id, closes, closesPath }) =>
    closes === undefined ? [] : [{ from: closes, to: id, path: closesPath }],
  );
  const arrows = [...edges, ...closing];
  const places = new Map(arrows.map((arrow) => [JSON.stringify(arrow.path), arrow]));
  const strangers = [...places.values()].flatMap(({ from, path }) => unknownNode(entry, known, from, path));
  const firsts = new Map([...nodes].reverse().map((node) => [node.id, node]));
  const twice = nodes
    .filter((node) => firsts.get(node.id) !== node)
    .map(({ id, path }) =>
      finding('config.duplicate', path, 'value', `the chain has two nodes "${id}"`, 'give one of them another "id"'),
    );
  // Of two nodes of one name it cannot be told which one an edge means.
  if (twice.length > 0) return [...strangers, ...twice];
  const placed = arrows.map(({ from, to, path }) => ({ from, to, place: () => placeOf(entry, path) }));
  return [
    ...strangers,
    ...circleFindings(known, placed, (circle) => ({
      message: `chain "${entry.name}" goes round in a circle: ${circle}`,
      hint: 'remove one of these from what it follows',
    })),
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

/** What those who walk through chains have against this one, each at the first node that it is about. */
function problemFindings(
  entry: Entry<ChainInput>,
  { nodes }: PlacedGraph,
  problems: readonly ChainProblem[],
): readonly Finding[] {
  return problems.map(({ code, nodes: about, message, hint }) => {
    const node = nodes.find(({ id }) => id === about[0]);
    const path = node === undefined ? [] : node.closes === undefined ? node.path : node.closesPath;
    return { code, message: `chain "${entry.name}": ${message}`, hint: asReported(hint), ...placeOf(entry, path) };
  });
}

const placeOf = ({ source, path }: Entry<unknown>, inner: Path): Place => ({
  source,
  span: nearestSpan(source, [...path, ...inner], 'value'),
});
