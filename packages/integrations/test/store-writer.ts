// Sets secrets until it is killed; says the name of each when it is set.
import { Secret } from '@umbracore/contracts';
import { SecretStore } from '../src/index.ts';

const [dir = '', prefix = ''] = process.argv.slice(2);
const clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
  every: () => ({ [Symbol.dispose]() {} }),
};
const store = new SecretStore({ dir, clock });
for (let n = 0; ; n += 1) {
  await store.set(`${prefix}/${n}`, new Secret(`value of ${prefix}/${n}`));
  if (n % 5 === 4) await store.rotate();
  process.stdout.write(`${prefix}/${n}\n`);
  // Else one would have the lock again before the other looks.
  await clock.sleep(Math.random() * 100);
}
