import {
  toUmbraError,
  type Clock,
  type Configuration,
  type ErrorRecord,
  type EventStream,
  type Instant,
} from '@umbracore/contracts';

/** The new configuration was refused, and when. */
export interface Refusal {
  readonly at: number;
  readonly error: ErrorRecord;
}

export interface LiveConfigurationInit {
  readonly current: Configuration;
  /** Reads the configuration as it is now. Throws `config.*`. */
  readonly read: () => Promise<Configuration>;
  /** Puts a configuration into force, whole or not at all. */
  readonly apply: (next: Configuration) => Promise<void>;
  readonly events: EventStream;
  readonly clock: Clock;
}

/** The configuration that holds, until a better one can be read: a broken file changes nothing and is told. */
export class LiveConfiguration {
  readonly #init: LiveConfigurationInit;
  #current: Configuration;
  #loadedAt: Instant;
  #refusal: Refusal | undefined;
  #reloading: Promise<Refusal | undefined> | undefined;

  constructor(init: LiveConfigurationInit) {
    this.#init = init;
    this.#current = init.current;
    this.#loadedAt = init.clock.now();
  }

  get current(): Configuration {
    return this.#current;
  }

  /** When the one that holds was read. */
  get loadedAt(): Instant {
    return this.#loadedAt;
  }

  /** Why the configuration on disk is not in force; undefined if it is. */
  get refusal(): Refusal | undefined {
    return this.#refusal;
  }

  /** Reads the file and puts it into force. Never rejects: the answer is why it was refused, if it was. */
  reload(): Promise<Refusal | undefined> {
    return (this.#reloading ??= this.#load().finally(() => (this.#reloading = undefined)));
  }

  async #load(): Promise<Refusal | undefined> {
    const { read, apply, events, clock } = this.#init;
    try {
      const next = await read();
      await apply(next);
      this.#current = next;
      this.#loadedAt = clock.now();
      this.#refusal = undefined;
      events.publish({ type: 'config.reloaded', time: clock.now(), file: next.file ?? null });
    } catch (thrown) {
      const error = toUmbraError(thrown).toRecord();
      this.#refusal = { at: clock.now(), error };
      events.publish({ type: 'config.refused', time: clock.now(), error });
    }
    return this.#refusal;
  }
}
