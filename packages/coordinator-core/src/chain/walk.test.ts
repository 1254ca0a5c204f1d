import type { ChainJobDefinition, ChainNode, RunOutcome } from '@umbracore/contracts';
import { aChain } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import { graphOf } from './graph.ts';
import { conditionHolds, walk } from './walk.ts';
import type { ChainMoment, NodeState } from './walk.ts';

/** `a:succeeded b:running`; a `*` at the end says that something changed. */
function statesOf(words: string): ReadonlyMap<string, NodeState> {
  const pairs = words.split(' ').filter((word) => word !== '');
  return new Map(
    pairs.map((pair): [string, NodeState] => {
      const [id = '', word = ''] = pair.split(':');
      const state = word.replace('*', '') as RunOutcome;
      return [id, { state, changed: word.endsWith('*') }];
    }),
  );
}

/** `+a` starts, `-b` is skipped, `!c` is missed, `=` the verdict. */
function stepOf(chain: ChainJobDefinition, words: string, moment: Partial<ChainMoment> = {}): string {
  const at = { now: 0, startedAt: 0, cancelled: false, ...moment };
  const { start, skip, verdict } = walk(graphOf(chain), statesOf(words), at);
  const skips = skip.map(({ node, outcome }) => `${outcome === 'missed' ? '!' : '-'}${node}`);
  return [...start.map((id) => `+${id}`), ...skips, ...(verdict === undefined ? [] : [`=${verdict}`])].join(' ');
}

const nightly = aChain(['database -> documents', 'database -> system', 'documents -> mirror', 'system -> mirror']);

test.each([
  ['', '+database'],
  ['database:running', ''],
  ['database:succeeded', '+documents +system'],
  ['database:warning', '-documents -system -mirror =warning'],
  ['database:failed', '-documents -system -mirror =failed'],
  ['database:skipped', '-documents -system -mirror =skipped'],
  ['database:missed', '-documents -system -mirror =missed'],
  ['database:succeeded documents:succeeded system:running', ''],
  ['database:succeeded documents:failed system:running', ''],
  ['database:succeeded documents:failed system:succeeded', '-mirror =failed'],
  ['database:succeeded documents:succeeded system:succeeded', '+mirror'],
  ['database:succeeded documents:succeeded system:succeeded mirror:succeeded', '=succeeded'],
  ['database:succeeded documents:succeeded system:succeeded mirror:warning', '=warning'],
])('fan-out and fan-in: %j gives %j', (states, step) => {
  expect(stepOf(nightly, states)).toBe(step);
});

const conditions = ['success', 'warning', 'failure', 'skipped', 'always', 'changed'] as const;

test.each([
  ['succeeded', false, 'success always'],
  ['succeeded', true, 'success always changed'],
  ['warning', false, 'warning always'],
  ['warning', true, 'warning always changed'],
  ['failed', true, 'failure always'],
  ['cancelled', false, 'failure always'],
  ['skipped', false, 'skipped always'],
  ['missed', false, 'skipped always'],
  ['running', false, ''],
  ['waiting', false, ''],
] as const)('%s (changed: %s) lets on: %s', (state, changed, held) => {
  expect(conditions.filter((on) => conditionHolds(on, { state, changed })).join(' ')).toBe(held);
});

test.each([
  ['several edges between two nodes: any of them', ['a -> b', 'a -warning-> b'], {}, 'a:warning', '+b'],
  ['any: the first that holds is enough', ['a -> c', 'b -> c'], { c: { join: 'any' } }, 'a:succeeded b:running', '+c'],
  [
    'any: one that does not hold is not the end',
    ['a -> c', 'b -> c'],
    { c: { join: 'any' } },
    'a:failed b:running',
    '',
  ],
  ['any: none holds', ['a -> c', 'b -> c'], { c: { join: 'any' } }, 'a:failed b:failed', '-c =failed'],
  ['any without edges', ['a'], { a: { join: 'any' } }, '', '+a'],
  ['a skipped one is an end too', ['a -> b', 'b -always-> c', 'b -skipped-> d'], {}, 'a:failed', '+c +d -b'],
  ['nothing changed', ['a -changed-> b'], {}, 'a:succeeded', '-b =succeeded'],
  ['something changed', ['a -changed-> b'], {}, 'a:succeeded*', '+b'],
] as const)('%s', (_, arrows, nodes: Readonly<Record<string, Partial<ChainNode>>>, states, step) => {
  expect(stepOf(aChain(arrows, nodes), states)).toBe(step);
});

const bracket = (onFailure: 'stop' | 'continue') =>
  aChain(['mount -> a', 'a -> b', 'umount -> report'], { umount: { closes: 'mount' } }, { onFailure });

test.each([
  ['mount:running', ''],
  ['mount:succeeded a:running', ''],
  ['mount:succeeded a:failed', '+umount -b'],
  ['mount:failed', '+umount -a -b'],
  ['mount:cancelled', '+umount -a -b'],
  ['mount:skipped', '-a -b -umount -report =skipped'],
  ['mount:succeeded a:succeeded b:running', ''],
  ['mount:succeeded a:succeeded b:succeeded', '+umount'],
  ['mount:succeeded a:succeeded b:succeeded umount:failed', '-report =failed'],
])('a bracket: %j gives %j, whether the chain stops or goes on', (states, step) => {
  expect(stepOf(bracket('stop'), states)).toBe(step);
  expect(stepOf(bracket('continue'), states)).toBe(step);
});

test('a cancelled chain starts closers only', () => {
  const cancelled = { cancelled: true };
  expect(stepOf(bracket('stop'), '', cancelled)).toBe('-mount -a -b -umount -report =cancelled');
  expect(stepOf(bracket('stop'), 'mount:succeeded a:running', cancelled)).toBe('-b -report');
  expect(stepOf(bracket('stop'), 'mount:succeeded a:cancelled b:skipped report:skipped', cancelled)).toBe('+umount');
  const ended = 'mount:succeeded a:cancelled b:skipped umount:succeeded report:skipped';
  expect(stepOf(bracket('stop'), ended, cancelled)).toBe('=cancelled');
});

const twoBranches = (onFailure: 'stop' | 'continue') =>
  aChain(['a -failure-> rescue', 'rescue -> tidy', 'a -> next', 'next -always-> report', 'b -> c'], {}, { onFailure });

test.each([
  ['a:failed b:succeeded', '+rescue +c +report -next', '+rescue +report -next -c'],
  ['a:failed b:running', '+rescue +report -next', '+rescue +report -next'],
  ['a:failed b:running rescue:succeeded report:running next:skipped', '+tidy', '+tidy'],
  ['a:failed b:running c:waiting rescue:failed report:succeeded next:skipped', '-tidy', '-tidy'],
])('after a failure, with %j: goes on with %j or stops with %j', (states, goesOn, stops) => {
  expect(stepOf(twoBranches('continue'), states)).toBe(goesOn);
  expect(stepOf(twoBranches('stop'), states)).toBe(stops);
});

test('a chain that stops waits for a join that a failure may still hold', () => {
  const chain = aChain(['a -> d', 'b -failure-> d', 'c'], { d: { join: 'any' } }, { onFailure: 'stop' });
  expect(stepOf(chain, 'a:succeeded b:running c:failed')).toBe('');
  expect(stepOf(chain, 'a:succeeded b:failed c:failed')).toBe('+d');
  expect(stepOf(chain, 'a:succeeded b:succeeded c:failed')).toBe('-d =failed');
});

test.each([
  ['a failure', ['a', 'b'], 'a:failed b:succeeded', 'failed'],
  ['one that was cancelled', ['a', 'b'], 'a:cancelled b:succeeded', 'failed'],
  ['a failure that was handled', ['a -failure-> b'], 'a:failed b:succeeded', 'warning'],
  ['a failure of what handles one', ['a -failure-> b'], 'a:failed b:failed', 'failed'],
  ['what runs in any case handles nothing', ['a -always-> b'], 'a:failed b:succeeded', 'failed'],
  ['nor what runs after a success too', ['a -failure-> b', 'a -> b'], 'a:failed b:succeeded', 'failed'],
  ['a warning', ['a', 'b'], 'a:warning b:succeeded', 'warning'],
  ['a step that came too late', ['a', 'b'], 'a:missed b:succeeded', 'warning'],
  ['a step that was skipped', ['a', 'b'], 'a:skipped b:succeeded', 'succeeded'],
  ['nothing but skipped ones', ['a', 'b'], 'a:skipped b:skipped', 'skipped'],
  ['all in order', ['a', 'b'], 'a:succeeded b:succeeded', 'succeeded'],
] as const)('the verdict of %s', (_, arrows, states, verdict) => {
  expect(stepOf(aChain(arrows), states)).toBe(`=${verdict}`);
});

const late = aChain(['a -> b', 'a -> c', 'b -> d'], { b: { deadlineMs: 1000 }, c: { deadlineMs: 5000 } });

test.each([
  [999, 'a:running', '', 1000],
  [1000, 'a:running', '!b -d', 5000],
  [1000, 'a:succeeded', '+c !b -d', undefined],
  [999, 'a:succeeded', '+b +c', undefined],
  [9999, 'a:succeeded b:running c:succeeded', '', undefined],
])('a deadline at %d with %j', (now, states, step, until) => {
  expect(stepOf(late, states, { now })).toBe(step);
  expect(walk(graphOf(late), statesOf(states), { now, startedAt: 0, cancelled: false }).until).toBe(until);
});

test('what was skipped says why', () => {
  const because = (chain: ChainJobDefinition, states: string, moment: Partial<ChainMoment> = {}) =>
    walk(graphOf(chain), statesOf(states), { now: 0, startedAt: 0, cancelled: false, ...moment }).skip.map(
      ({ node, because: text }) => `${node}: ${text}`,
    );
  expect(because(nightly, 'database:failed')).toEqual([
    'documents: "database" failed, but success was wanted',
    'system: "database" failed, but success was wanted',
    'mirror: "documents" was skipped, but success was wanted; "system" was skipped, but success was wanted',
  ]);
  expect(because(twoBranches('stop'), 'a:failed b:succeeded')).toContain('c: The chain stops: "a" failed');
  expect(because(nightly, 'database:cancelled documents:running system:running', { cancelled: true })).toEqual([
    'mirror: The chain was cancelled',
  ]);
  expect(because(late, 'a:running', { now: 1000 })).toEqual([
    'b: It was not started within 1 s after the chain began',
    'd: "b" was not started in time, but success was wanted',
  ]);
  expect(because(bracket('stop'), 'mount:skipped')).toContain(
    'umount: There is nothing to close: "mount" was not started',
  );
});
