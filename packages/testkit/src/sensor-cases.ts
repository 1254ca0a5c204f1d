import { type Sensor, type SensorReading, type SensorSubject as Asking } from '@umbracore/contracts';
import { doesNotThrow, equal, match, notEqual, ok } from 'node:assert/strict';
import type { ContractCase } from './contract-case.ts';
import { refuses } from './refused-options.ts';

/** One sensor under test, and options for it. */
export interface SensorTrialSubject extends AsyncDisposable {
  readonly sensor: Sensor;
  /** Options that make no sense to it. */
  readonly refused: readonly unknown[];
  /** What holds now; absent if nothing can make it so where the test runs. */
  readonly holds?: { readonly options: unknown } | undefined;
  /** What does not hold now. */
  readonly clear?: { readonly options: unknown } | undefined;
}

const asking: Asking = { zone: 'UTC', locations: [] };
const verdicts = ['holds', 'near', 'clear', 'unknown'];

async function sensed(sensor: Sensor, options: unknown, signal = new AbortController().signal): Promise<SensorReading> {
  const reading = await sensor.sense(options, asking, signal);
  ok(verdicts.includes(reading.verdict), `it says ${reading.verdict}`);
  match(reading.text, /^\P{Cc}*\S\P{Cc}*$/u, 'what it saw is no sentence');
  return reading;
}

/** What every sensor has to do. */
export const sensorCases: readonly ContractCase<SensorTrialSubject>[] = [
  {
    name: 'options that make no sense are refused with config.invalid-value and what to write instead',
    run: async ({ sensor, refused }) => refuses(sensor, refused),
  },
  {
    name: 'options that make sense are taken, as often as they are checked',
    async run({ sensor, holds, clear }) {
      for (const one of [holds, clear, holds, clear]) if (one) doesNotThrow(() => sensor.check(one.options));
    },
  },
  {
    name: 'what holds is said to hold',
    wants: ['holds'],
    async run({ sensor, holds }) {
      equal((await sensed(sensor, holds?.options)).verdict, 'holds');
    },
  },
  {
    name: 'what does not hold is clear',
    wants: ['clear'],
    async run({ sensor, clear }) {
      equal((await sensed(sensor, clear?.options)).verdict, 'clear');
    },
  },
  {
    name: 'options that were never checked do not hold',
    async run({ sensor, refused }) {
      for (const options of refused) {
        const verdict = await sensed(sensor, options).then(
          (reading) => reading.verdict,
          () => 'unknown',
        );
        notEqual(verdict, 'holds');
      }
    },
  },
];
