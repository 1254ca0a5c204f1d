import { expect, test } from 'vitest';
import { Channel } from '../output/channel.ts';
import { follow } from './care-by-daemon.ts';
import type { DaemonClient } from './daemon-client.ts';

test('who leaves before the daemon has answered lets it be cancelled all the same', async () => {
  const cancel = new AbortController();
  const kills: (() => Promise<void>)[] = [];
  const interrupt = { cancel: cancel.signal, onKill: (kill: () => Promise<void>) => void kills.push(kill) };
  const asked: unknown[] = [];
  let answer: (work: object) => void = () => {};
  const answered = new Promise<object>((resolve) => (answer = resolve));
  const post = (...request: unknown[]): Promise<object> => {
    asked.push(request);
    return asked.length === 1 ? answered : Promise.resolve({});
  };
  const client = { post, follow: () => Promise.resolve() } as Pick<DaemonClient, 'post' | 'follow'>;
  const stderr = new Channel(process.stderr, { colour: 'never', env: {} });
  const session = { interrupt, notice: () => {}, stderr, verbosity: 0 };
  const followed = follow(session, client, { path: '/v1/doctor', body: {}, report: () => {} });
  cancel.abort('interrupted');
  const left = Promise.all(kills.map((kill) => kill()));
  answer({ id: 'w-1' });
  await left;
  expect(asked).toEqual([
    ['/v1/doctor', {}],
    ['/v1/repository-works/w-1/cancel', { reason: 'interrupted' }],
  ]);
  expect(await followed).toBeUndefined();
});
