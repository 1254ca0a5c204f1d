import type { Clock, DurationMs, Sensor, SensorReading, SensorSubject } from '@umbracore/contracts';
import { reasonOf } from '@umbracore/contracts';

const deadlineMs: DurationMs = 5000;

/** A reading that was beyond its limit is over only when it has fallen to this share of it. */
const bandShare = 0.8;

interface SensorParts<Options> {
  readonly kind: string;
  readonly freshMs?: DurationMs;
  /** Throws `config.invalid-value` for options that make no sense. */
  readonly parse: (options: unknown) => Options;
  /** May throw: what cannot be found out is unknown. */
  readonly look: (
    options: Options,
    subject: SensorSubject,
    signal: AbortSignal,
  ) => Promise<SensorReading> | SensorReading;
}

/** A sensor that answers in time whatever happens to its look. */
export function sensor<Options>(clock: Clock, { kind, freshMs, parse, look }: SensorParts<Options>): Sensor {
  return {
    kind,
    freshMs,
    check: (options) => void parse(options),
    async sense(options, subject, signal) {
      const stop = new AbortController();
      const either = AbortSignal.any([signal, stop.signal]);
      const late = clock.sleep(deadlineMs, either).then(
        () => unknown(`no answer within ${deadlineMs / 1000} s`),
        () => unknown('not looked at: cancelled'),
      );
      try {
        return await Promise.race([seen(() => look(parse(options), subject, either)), late]);
      } finally {
        stop.abort();
      }
    },
  };
}

async function seen(look: () => Promise<SensorReading> | SensorReading): Promise<SensorReading> {
  try {
    return await look();
  } catch (thrown) {
    return unknown(`cannot be found out: ${reasonOf(thrown)}`);
  }
}

export const unknown = (text: string): SensorReading => ({ verdict: 'unknown', text });

export const plain = (holds: boolean, text: string): SensorReading => ({ verdict: holds ? 'holds' : 'clear', text });

/** A value that is too high from the limit on, until it is well below it again. */
export function above(value: number, limit: number, text: string): SensorReading {
  if (value >= limit) return { verdict: 'holds', text };
  return { verdict: value > limit * bandShare ? 'near' : 'clear', text };
}

/** The same the other way round. */
export function below(value: number, limit: number, text: string): SensorReading {
  if (value < limit) return { verdict: 'holds', text };
  return { verdict: value < limit / bandShare ? 'near' : 'clear', text };
}
