import { expect, test } from 'vitest';
import { putDown, testSeed, times } from '../../../tools/vitest/evidence.ts';
import { simulateYears } from './simulated-years.ts';

const years = times(1);

test(
  'a year of a thousand jobs on a machine that sleeps, dies and has a bad clock: nothing lost, nothing doubled',
  async () => {
    const report = await simulateYears({ years, jobs: 1000, seed: testSeed, faults: 0.05 });
    expect(report).toMatchObject({ lost: 0, doubled: 0, overlapping: 0 });
    expect(report.slots).toBeGreaterThan(80_000);
    expect(report.started + report.passedOver).toBe(report.slots);
    expect(report.latestMs).toBeLessThan(5000);
    expect(Math.min(report.failed, report.retried, report.crashes, report.sleeps, report.jumps)).toBeGreaterThan(10);
    putDown({ unit: 'years', count: years, seed: testSeed });
  },
  years * 900_000,
);
