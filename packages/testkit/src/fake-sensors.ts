import type { SensorReading, SensorRule, Sensors, SensorVerdict } from '@umbracore/contracts';

/** Sensors that say what a test lets them say; of others nothing is known. */
export class FakeSensors implements Sensors {
  readonly #readings = new Map<string, SensorReading>();

  says(kind: string, verdict: SensorVerdict, text = `${kind} is ${verdict}`): this {
    this.#readings.set(kind, { verdict, text });
    return this;
  }

  sense(rules: readonly SensorRule[]): Promise<readonly SensorReading[]> {
    const nothing: SensorReading = { verdict: 'unknown', text: 'nobody told' };
    return Promise.resolve(rules.map(({ kind }) => this.#readings.get(kind) ?? nothing));
  }

  check(): void {}

  kinds(): readonly string[] {
    return [...this.#readings.keys()];
  }
}
