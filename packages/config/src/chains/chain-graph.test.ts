import { findCircle } from '@umbracore/contracts';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { graphOfNodes, graphOfSteps } from './chain-graph.ts';
import type { StepsInput } from '../schema/chain.ts';

const edgesOf = (steps: StepsInput): readonly string[] =>
  graphOfSteps(steps).edges.map(({ from, to, on }) => `${from} -${on}-> ${to}`);

test('each step follows all of the step before, if that went well', () => {
  expect(edgesOf(['a', 'b'])).toEqual(['a -success-> b', 'a -warning-> b']);
  expect(edgesOf(['a', { job: 'b', on: ['failure', 'skipped'] }])).toEqual(['a -failure-> b', 'a -skipped-> b']);
  expect(edgesOf([{ parallel: ['a', 'b'] }, { job: 'c', on: 'always' }])).toEqual(['a -always-> c', 'b -always-> c']);
});

test('what a group says holds for its branches, unless they say better', () => {
  const { nodes, edges } = graphOfSteps([
    'a',
    { parallel: ['b', { job: 'c', on: 'changed' }], on: 'always', deadline: '1h' },
  ]);
  expect(edges.map(({ to, on }) => `${on} ${to}`)).toEqual(['always b', 'changed c']);
  expect(nodes.map(({ deadlineMs }) => deadlineMs)).toEqual([undefined, 3_600_000, 3_600_000]);
});

test('the step after a group of which any is enough waits for any', () => {
  const { nodes } = graphOfSteps([{ any: ['a', 'b'] }, 'c', 'd']);
  expect(nodes.map(({ id, join }) => `${id} ${join}`)).toEqual(['a all', 'b all', 'c any', 'd all']);
});

test('a step that closes another one does so however that went', () => {
  const { nodes, edges } = graphOfSteps(['a', 'b', { job: 'c', closes: 'a' }]);
  expect(nodes.at(-1)).toMatchObject({ id: 'c', closes: 'a' });
  expect(edges.at(-1)).toMatchObject({ from: 'b', to: 'c', on: 'always' });
});

test('a job that comes twice has two nodes', () => {
  expect(graphOfSteps(['a', 'b', 'a', { job: 'a', id: 'last' }]).nodes.map(({ id }) => id)).toEqual([
    'a',
    'b',
    'a#2',
    'last',
  ]);
});

test('places lead to the words', () => {
  const { nodes, edges } = graphOfSteps(['a', { parallel: ['b', { job: 'c' }] }]);
  expect(nodes.map(({ path }) => path.join('.'))).toEqual(['steps.0', 'steps.1.parallel.0', 'steps.1.parallel.1.job']);
  expect(edges[0]?.path.join('.')).toBe('steps.1.parallel.0');
  const graph = graphOfNodes({ a: {}, b: { needs: ['a', { node: 'a', on: 'failure' }] }, c: { needs: 'b', job: 'a' } });
  expect(graph.nodes.map(({ path }) => path.join('.'))).toEqual(['nodes.a', 'nodes.b', 'nodes.c.job']);
  expect([...new Set(graph.edges.map(({ path }) => path.join('.')))]).toEqual([
    'nodes.b.needs.0',
    'nodes.b.needs.1.node',
    'nodes.c.needs',
  ]);
});

const name = fc.constantFrom('a', 'b', 'c', 'd');
const branch = fc.oneof(name, fc.record({ job: name, on: fc.constantFrom('success', 'always') }));
const group = fc.array(branch, { minLength: 1, maxLength: 4 });
const steps = fc.array(fc.oneof(branch, fc.record({ parallel: group }), fc.record({ any: group })), {
  minLength: 1,
  maxLength: 8,
});

test('steps never make a circle, every node has a name of its own, and only the first step follows nothing', () => {
  fc.assert(
    fc.property(steps, (written) => {
      const { nodes, edges } = graphOfSteps(written);
      const ids = nodes.map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
      expect(findCircle(ids, edges)).toBeUndefined();
      const [first] = written;
      const starting =
        typeof first === 'object' && 'parallel' in first
          ? first.parallel.length
          : typeof first === 'object' && 'any' in first
            ? first.any.length
            : 1;
      expect(ids.filter((id) => edges.every(({ to }) => to !== id))).toHaveLength(starting);
    }),
  );
});
