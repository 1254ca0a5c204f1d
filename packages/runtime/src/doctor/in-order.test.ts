import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { inOrder, type Teller } from './in-order.ts';

const never = new AbortController().signal;

async function all<T>(told: AsyncIterable<T>): Promise<readonly T[]> {
  const items: T[] = [];
  for await (const item of told) items.push(item);
  return items;
}

async function* telling(...items: readonly string[]): AsyncGenerator<string> {
  yield* items;
}

test('each is told in its turn, whichever ends first, and what is its turn is told at once', async () => {
  let open = (): void => undefined;
  const gate = new Promise<void>((resolve) => (open = resolve));
  const slow: Teller<string> = async function* () {
    yield 'a';
    await gate;
    yield 'b';
  };
  const told = inOrder([slow, () => telling('c'), () => telling()], { signal: never });
  expect((await told.next()).value).toBe('a');
  open();
  expect(await all(told)).toEqual(['b', 'c']);
});

test('no more are at work than may be', async () => {
  let [now, most] = [0, 0];
  const teller: Teller<number> = async function* () {
    most = Math.max(most, (now += 1));
    await turn();
    now -= 1;
    yield most;
  };
  await all(
    inOrder(
      Array.from({ length: 7 }, () => teller),
      { signal: never, atOnce: 3 },
    ),
  );
  expect(most).toBe(3);
});

test('where one fails, or nobody listens any more, the others are stopped and waited for', async () => {
  const stopped: string[] = [];
  const endless = (name: string): Teller<string> =>
    async function* (signal) {
      yield name;
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      stopped.push(name);
    };
  const failing: Teller<string> = async function* () {
    yield 'told before';
    throw new Error('broken');
  };
  const seen: string[] = [];
  const read = async (): Promise<void> => {
    for await (const item of inOrder([failing, endless('other')], { signal: never })) seen.push(item);
  };
  await expect(read()).rejects.toThrow('broken');
  expect([seen, stopped]).toEqual([['told before'], ['other']]);
  for await (const item of inOrder([endless('one'), endless('two')], { signal: never })) {
    expect(item).toBe('one');
    break;
  }
  expect(stopped).toEqual(['other', 'one', 'two']);
});
