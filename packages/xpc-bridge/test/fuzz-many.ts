// `node --expose-gc --conditions=@umbra/source packages/xpc-bridge/test/fuzz-many.ts 1000000 [SEED]`: as the tests do, but more.
import { fuzz } from './fuzz.ts';
import { Stage } from './stage.ts';

const [count = '1000000', seed = '1'] = process.argv.slice(2);
const rounds = 10;
await using stage = await new Stage().open('backup', {
  repositories: { home: { location: '/nowhere', password: 'file:/nowhere' } },
  jobs: { documents: { repositories: ['home'], sources: ['/etc'] } },
});
const heap: number[] = [];
const startedAt = performance.now();
for (let round = 0; round < rounds; round++) {
  await fuzz(stage, Number(count) / rounds, Number(seed) + round);
  globalThis.gc?.();
  heap.push(Math.round(process.memoryUsage().heapUsed / 1e6));
}
const accepted = stage.audit().filter(({ event }) => event !== 'refused');
const seconds = Math.round((performance.now() - startedAt) / 1000);
process.stdout.write(
  `${count} messages in ${seconds} s: ${accepted.length} accepted, ${stage.started.length} things started, MB of heap ${heap.join(' ')}\n`,
);
process.exitCode = accepted.length + stage.started.length === 0 ? 0 : 1;
