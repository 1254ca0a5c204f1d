import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock, DurationMs, Secret } from '@umbracore/contracts';
import type { SealingKey } from '../crypto/sealing-key.ts';

/** A key is let go of so long after its last use. */
const keptMs: DurationMs = 10 * 60_000;

interface Entry {
  readonly key: SealingKey;
  readonly keyId: string;
  readonly password: Secret;
  readonly usedMs: number;
}

/**
 * The keys of repositories that were opened a moment ago: finding one takes half a second, and one night opens a repository
 * several times. A key is given only to whoever has the password that found it, and as long as its file is in the repository.
 */
export class KeyRing {
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #entries = new Map<string, Entry>();

  constructor(clock: Pick<Clock, 'monotonicMs'>) {
    this.#clock = clock;
  }

  /** A copy, which whoever takes it wipes. */
  find(path: string, password: Secret): SealingKey | undefined {
    this.#letGo();
    const entry = this.#entries.get(path);
    if (entry === undefined || entry.password.reveal() !== password.reveal()) return undefined;
    if (!existsSync(join(path, 'keys', entry.keyId))) return this.#remove(path, entry);
    this.#entries.set(path, { ...entry, usedMs: this.#clock.monotonicMs() });
    return entry.key.copy();
  }

  /** Takes over the key. */
  keep(path: string, password: Secret, { key, keyId }: Pick<Entry, 'key' | 'keyId'>): void {
    const before = this.#entries.get(path);
    if (before !== undefined) this.#remove(path, before);
    this.#entries.set(path, { key, keyId, password, usedMs: this.#clock.monotonicMs() });
  }

  /** What was kept for a path opens something else now, or nothing. */
  drop(path: string): void {
    const entry = this.#entries.get(path);
    if (entry !== undefined) this.#remove(path, entry);
  }

  #letGo(): void {
    const oldest = this.#clock.monotonicMs() - keptMs;
    for (const [path, entry] of this.#entries) if (entry.usedMs < oldest) this.#remove(path, entry);
  }

  #remove(path: string, { key }: Entry): undefined {
    key.wipe();
    this.#entries.delete(path);
    return undefined;
  }
}
