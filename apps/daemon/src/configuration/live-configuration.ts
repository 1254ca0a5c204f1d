import {
  toUmbraError,
  type Clock,
  type Configuration,
  type EventStream,
  type Instant,
  type UmbraError,
} from '@umbracore/contracts';
import { restartNeeded } from './restart-needed.ts';

/** A configuration was refused, and when. */
export interface Refusal {
  readonly at: Instant;
  readonly error: UmbraError;
}

/** A configuration, and what came out when the plug-ins were asked about it. */
export interface CheckedConfiguration {
  readonly configuration: Configuration;
  /** Reports of those that broke over it. */
  readonly faults: readonly UmbraError[];
}

export interface LiveConfigurationInit {
  readonly current: CheckedConfiguration;
  /** Why `current` is not what is on disk: the daemon started with the last good one. */
  readonly refused: UmbraError | undefined;
  /** Reads the configuration as it is now. Throws `config.*`. */
  readonly read: () => Promise<CheckedConfiguration>;
  /** Puts a configuration into force, whole or not at all. */
  readonly apply: (next: CheckedConfiguration) => Promise<void>;
  /** Told of every configuration that is in force. */
  readonly onApplied: (current: Configuration) => void;
  readonly events: EventStream;
  readonly clock: Clock;
}

/** The configuration that holds, until a better one can be read: a broken file changes nothing and is told. */
export class LiveConfiguration {
  readonly #init: LiveConfigurationInit;
  #current: CheckedConfiguration;
  #loadedAt: Instant;
  #refusal: Refusal | undefined;
  #loading: Promise<unknown> = Promise.resolve();

  constructor(init: LiveConfigurationInit) {
    this.#init = init;
    this.#current = init.current;
    this.#loadedAt = init.clock.now();
    if (init.refused === undefined) init.onApplied(this.current);
    else this.#refuse(init.refused);
  }

  get current(): Configuration {
    return this.#current.configuration;
  }

  /** Of the one that holds: reports of plug-ins that broke over it. */
  get faults(): readonly UmbraError[] {
    return this.#current.faults;
  }

  /** When the one that holds was read. */
  get loadedAt(): Instant {
    return this.#loadedAt;
  }

  /** Why the configuration on disk is not in force; undefined if it is. */
  get refusal(): Refusal | undefined {
    return this.#refusal;
  }

  /** Parts of the one that holds that wait for a restart. */
  get restartNeeded(): readonly string[] {
    return restartNeeded(this.#init.current.configuration, this.current);
  }

  /** Reads the files and puts them into force. Never rejects: the answer is why they were refused, if they were. */
  reload(): Promise<Refusal | undefined> {
    // One after the other, for what a reload that has begun has read may be older than the change that this one is for.
    const loaded = this.#loading.then(() => this.#load());
    this.#loading = loaded;
    return loaded;
  }

  async #load(): Promise<Refusal | undefined> {
    const { read, apply, onApplied, events, clock } = this.#init;
    try {
      const next = await read();
      await apply(next);
      this.#current = next;
      this.#loadedAt = clock.now();
      this.#refusal = undefined;
      onApplied(this.current);
      events.publish({ type: 'config.reloaded', time: clock.now(), file: this.current.file ?? null });
    } catch (thrown) {
      this.#refuse(toUmbraError(thrown));
    }
    return this.#refusal;
  }

  #refuse(error: UmbraError): void {
    const { events, clock } = this.#init;
    const known = this.#refusal?.error;
    // It was looked at again, and nothing new is to be told.
    if (known?.code === error.code && known.message === error.message) return;
    this.#refusal = { at: clock.now(), error };
    events.publish({ type: 'config.refused', time: clock.now(), error: error.toRecord() });
  }
}
