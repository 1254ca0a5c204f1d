import { expect, test } from 'vitest';
import { watchStalenessOf } from '../src/staleness/watch-staleness.ts';
import { openStream } from './support/ask.ts';
import { World } from './support/world.ts';

test('a job that is stale is told of on the stream of events', async () => {
  await using world = await World.open({ documents: { staleAfterMs: 1 } });
  using _watching = watchStalenessOf(world.daemon);
  const stream = await openStream(world.socket, { path: '/v1/events' });
  await world.post('/v1/runs', { jobs: ['documents'] });
  const text = await stream.holds('job.stale');
  expect(text).toMatch(/"type":"job.stale".*"job":"documents".*"text":"no success for longer than/);
  stream.close();
});
