import type { ChainJobDefinition, ChainNode } from '@umbracore/contracts';
import { graphOf, linksOf } from './graph.ts';
import type { ChainGraph, Link } from './graph.ts';
import { spoken } from './spoken.ts';

/** A node of a chain for people. */
export interface ChainStep {
  readonly id: string;
  /** Its id, with the job that runs there if that has another one. */
  readonly name: string;
  /** From 1; steps of one stage may run at the same time. */
  readonly stage: number;
  /** What it waits for, such as `after database (success or warning), within 2 h`; empty if nothing. */
  readonly when: string;
}

/** The steps in the order in which they can run. */
export function chainSteps(chain: ChainJobDefinition): readonly ChainStep[] {
  const graph = graphOf(chain);
  const stages = stagesOf(graph);
  return graph.nodes
    .map((node) => ({ id: node.id, name: nameOf(node), stage: stages.get(node.id) ?? 1, when: whenOf(node, graph) }))
    .sort((a, b) => a.stage - b.stage);
}

export function chainAsText(chain: ChainJobDefinition): string {
  const steps = chainSteps(chain);
  const stageWidth = Math.max(...steps.map(({ stage }) => `${stage}`.length));
  const nameWidth = Math.max(...steps.map(({ name }) => name.length));
  const rule = chain.onFailure === 'stop' ? 'stops after a failure' : 'goes on after a failure';
  const lines = steps.map(({ stage, name, when }) =>
    `  ${`${stage}`.padStart(stageWidth)}  ${name.padEnd(nameWidth)}  ${when}`.trimEnd(),
  );
  return [`${plain(chain.id)} (${rule})`, ...lines].join('\n');
}

/** A flow chart for Mermaid. */
export function chainAsMermaid(chain: ChainJobDefinition): string {
  const keys = keysOf(chain);
  const label = (text: string): string =>
    `"${plain(text).replaceAll(/[&<>"#`\\]/g, (sign) => `#${sign.charCodeAt(0)};`)}"`;
  return [
    'flowchart TD',
    ...chain.nodes.map((node) => `  ${keys.get(node.id)}[${label(describe(node))}]`),
    ...linksOf(chain.edges).map(
      (link) => `  ${keys.get(link.from)} -->|${label(conditionsOf(link))}| ${keys.get(link.to)}`,
    ),
    ...closings(chain).map(({ from, to }) => `  ${keys.get(from)} -.->|${label('closed by')}| ${keys.get(to)}`),
  ].join('\n');
}

/** A graph for Graphviz. */
export function chainAsDot(chain: ChainJobDefinition): string {
  const keys = keysOf(chain);
  const quoted = (text: string): string => `"${plain(text).replaceAll(/["\\]/g, String.raw`\$&`)}"`;
  const label = (text: string): string => `[label=${quoted(text)}]`;
  return [
    `digraph ${quoted(chain.id)} {`,
    '  rankdir=TB;',
    '  node [shape=box];',
    ...chain.nodes.map((node) => `  ${keys.get(node.id)} ${label(describe(node))};`),
    ...linksOf(chain.edges).map(
      (link) => `  ${keys.get(link.from)} -> ${keys.get(link.to)} ${label(conditionsOf(link))};`,
    ),
    ...closings(chain).map(
      ({ from, to }) => `  ${keys.get(from)} -> ${keys.get(to)} [label="closed by", style=dashed];`,
    ),
    '}',
  ].join('\n');
}

/** By the longest way to each node, from 1: nodes of one stage may run at the same time. */
export function stagesOf(graph: ChainGraph): ReadonlyMap<string, number> {
  const stages = new Map<string, number>();
  for (const { id } of graph.nodes) {
    const before = [...(graph.links.get(id) ?? []).map(({ from }) => from), ...(graph.brackets.get(id) ?? [])];
    stages.set(id, 1 + Math.max(0, ...before.map((node) => stages.get(node) ?? 0)));
  }
  return stages;
}

function whenOf(node: ChainNode, graph: ChainGraph): string {
  const links = graph.links.get(node.id) ?? [];
  const joined = node.join === 'any' ? ' or ' : ' and ';
  const after = links.map((link) => `${plain(link.from)} (${conditionsOf(link)})`).join(joined);
  return [
    ...(node.closes === undefined ? [] : [`closes ${plain(node.closes)}`]),
    ...(after === '' || node.closes !== undefined ? [] : [`after ${after}`]),
    ...(node.deadlineMs === undefined ? [] : [`within ${spoken(node.deadlineMs)}`]),
  ].join(', ');
}

const conditionsOf = ({ on }: Link): string => on.join(' or ');
const nameOf = ({ id, job }: ChainNode): string => (id === job ? plain(id) : `${plain(id)} (job ${plain(job)})`);

const describe = (node: ChainNode): string =>
  [
    nameOf(node),
    ...(node.join === 'any' ? ['any of the edges'] : []),
    ...(node.deadlineMs === undefined ? [] : [`within ${spoken(node.deadlineMs)}`]),
  ].join(', ');

const closings = ({ nodes }: ChainJobDefinition): readonly { readonly from: string; readonly to: string }[] =>
  nodes.flatMap(({ id, closes }) => (closes === undefined ? [] : [{ from: closes, to: id }]));

/** Names of nodes can be words of the language that is written. */
const keysOf = ({ nodes }: ChainJobDefinition): ReadonlyMap<string, string> =>
  new Map(nodes.map(({ id }, index) => [id, `n${index + 1}`]));

/** A name can hold anything when it does not come from a file: it must not move the cursor or end a line. */
const plain = (text: string): string =>
  text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (sign) => `\\u{${(sign.codePointAt(0) ?? 0).toString(16)}}`);
