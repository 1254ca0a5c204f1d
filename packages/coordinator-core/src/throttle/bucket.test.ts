import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { fullBucket, take, type Bucket } from './bucket.ts';

test('tokens are never below zero and never above the burst, and no more are given than there were', () => {
  const steps = fc.array(fc.integer({ min: -5000, max: 20_000 }), { maxLength: 200 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10 }), fc.integer({ min: 1, max: 10_000 }), steps, (burst, everyMs, all) => {
      const rule = { burst, everyMs };
      let bucket: Bucket = fullBucket(rule, 0);
      let now = 0;
      let advanced = 0;
      let given = 0;
      for (const step of all) {
        now += step;
        advanced += Math.max(0, step);
        const next = take(rule, bucket, now);
        if (next === undefined) continue;
        given += 1;
        bucket = next;
        expect(bucket.tokens).toBeGreaterThanOrEqual(0);
        expect(bucket.tokens).toBeLessThanOrEqual(burst);
      }
      expect(given).toBeLessThanOrEqual(burst + advanced / everyMs + 1e-6);
    }),
    { seed: 27 },
  );
});
