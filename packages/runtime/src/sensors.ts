import { type Clock, type Sensor, type SensorReading, type Sensors, type SensorSubject } from '@umbracore/contracts';
import { checkKind, oneLine } from './checked-kind.ts';

/** No sensor may keep a decision waiting for longer than this. */
const deadlineMs = 8000;
const usualFreshMs = 2000;

/** Reads sensors through those that plug-ins brought. Runs that ask for the same within a moment share one answer. */
export function sensorsOf(sensors: ReadonlyMap<string, Sensor>, clock: Clock): Sensors {
  const known = new Map<string, { readonly reading: Promise<SensorReading>; readonly atMs: number }>();
  const read = (sensor: Sensor, options: unknown, subject: SensorSubject): Promise<SensorReading> => {
    const key = JSON.stringify([sensor.kind, options, subject]);
    const now = clock.monotonicMs();
    const before = known.get(key);
    if (before !== undefined && now - before.atMs < (sensor.freshMs ?? usualFreshMs)) return before.reading;
    if (known.size > 1000) known.clear();
    const reading = readOnce(sensor, options, subject, clock);
    known.set(key, { reading, atMs: now });
    return reading;
  };
  return {
    sense: (rules, subject) =>
      Promise.all(
        rules.map(async ({ kind, options }) => {
          const sensor = sensors.get(kind);
          return sensor === undefined
            ? unknown(`no plug-in brings the sensor ${kind}`)
            : read(sensor, options, subject);
        }),
      ),
    check: (rule) => checkKind('sensor', rule, sensors),
    kinds: () => [...sensors.keys()],
  };
}

const unknown = (text: string): SensorReading => ({ verdict: 'unknown', text });

async function readOnce(
  sensor: Sensor,
  options: unknown,
  subject: SensorSubject,
  clock: Clock,
): Promise<SensorReading> {
  const over = new AbortController();
  const late = clock.sleep(deadlineMs, over.signal).then(
    () => unknown(`there was no answer within ${deadlineMs / 1000} s`),
    () => unknown('not looked at'),
  );
  const answer = await Promise.race([seenBy(sensor, options, subject, over.signal), late]);
  over.abort();
  return answer;
}

/** Strangers write sensors too. */
async function seenBy(
  sensor: Sensor,
  options: unknown,
  subject: SensorSubject,
  signal: AbortSignal,
): Promise<SensorReading> {
  try {
    const { verdict, text }: { readonly verdict: unknown; readonly text: unknown } = await sensor.sense(
      options,
      subject,
      signal,
    );
    const isVerdict = verdict === 'holds' || verdict === 'near' || verdict === 'clear';
    return { verdict: isVerdict ? verdict : 'unknown', text: oneLine(text) };
  } catch (thrown) {
    return unknown(`could not be looked at: ${oneLine(thrown instanceof Error ? thrown.message : thrown)}`);
  }
}
