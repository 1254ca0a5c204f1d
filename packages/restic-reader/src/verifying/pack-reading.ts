import type { Instant } from '@umbracore/contracts';
import { nameOf, throwIfAborted } from '../problems.ts';
import type { ResticRepository } from '../repository.ts';
import type { ChosenPacks } from './choose-packs.ts';
import type { KnownPack, Remembered } from './remembered.ts';
import type { RepositoryView } from './repository-view.ts';
import { dayOf } from './reread-plan.ts';

/** What was learned is kept after so many bytes: seconds of reading. */
const keepEveryBytes = 4 * 1024 * 1024 * 1024;

/** So many days of reading are remembered; only today's matters, and a clock that jumps may come back to one of them. */
const daysRemembered = 30;

/** No time of a file is this one, so that a pack with it is read at every check. */
const never = -1;

export interface PackProgress {
  readonly packs: number;
  readonly packsTotal: number;
  readonly bytes: number;
  readonly bytesTotal: number;
}

export interface PackReadingOptions {
  readonly now: () => Instant;
  readonly report: (progress: PackProgress) => void;
  /** Called when much was learned. */
  readonly keep: () => Promise<void>;
  readonly signal: AbortSignal | undefined;
}

/** Reads packs and learns which of them are right. What it knows is up to date at any time. */
export class PackReading {
  readonly #repository: ResticRepository;
  readonly #options: PackReadingOptions;
  #known: Map<string, KnownPack>;
  readonly #rereadBytes: Map<number, number>;
  #progress: PackProgress = { packs: 0, packsTotal: 0, bytes: 0, bytesTotal: 0 };
  #keptBytes = 0;

  constructor(repository: ResticRepository, before: Remembered, options: PackReadingOptions) {
    this.#repository = repository;
    this.#options = options;
    this.#known = new Map(before.packs);
    this.#rereadBytes = new Map(before.rereadBytes);
  }

  get known(): ReadonlyMap<string, KnownPack> {
    return this.#known;
  }

  get rereadBytes(): ReadonlyMap<number, number> {
    return this.#rereadBytes;
  }

  get progress(): PackProgress {
    return this.#progress;
  }

  /** What is wrong with the chosen packs. */
  async read({ fresh, again, known }: ChosenPacks, view: RepositoryView): Promise<readonly string[]> {
    this.#known = new Map(known);
    const problems: string[] = [];
    const bytesOf = (id: string): number => view.packs.get(id)?.bytes ?? 0;
    const { packs, packsTotal, bytes, bytesTotal } = this.#progress;
    const more = [...fresh, ...again].reduce((all, id) => all + bytesOf(id), 0);
    this.#progress = {
      packs,
      packsTotal: packsTotal + fresh.length + again.length,
      bytes,
      bytesTotal: bytesTotal + more,
    };
    this.#options.report(this.#progress);
    for (const id of fresh) problems.push(...(await this.#readOne(id, view)));
    for (const id of again) {
      problems.push(...(await this.#readOne(id, view)));
      this.#countReread(bytesOf(id));
    }
    return problems;
  }

  async #readOne(id: string, view: RepositoryView): Promise<readonly string[]> {
    const { now, signal, keep } = this.#options;
    throwIfAborted(signal);
    const found = view.packs.get(id);
    if (found === undefined) return [];
    const hash = await this.#repository.folder.hashOf('pack', id, signal, (bytes) => this.#advance(0, bytes));
    const at = now();
    const knownSince = this.#known.get(id)?.knownSince ?? at;
    const isRight = hash === id;
    this.#known.set(
      id,
      isRight ? { ...found, knownSince, readAt: at } : { ...found, changedAt: never, knownSince, readAt: undefined },
    );
    this.#advance(1, 0);
    if (this.#progress.bytes - this.#keptBytes >= keepEveryBytes) {
      this.#keptBytes = this.#progress.bytes;
      await keep();
    }
    if (isRight) return [];
    const what = nameOf('pack', id);
    return [
      hash === undefined
        ? `The ${what} is not there`
        : `The ${what} does not have the content that its name stands for`,
    ];
  }

  #advance(packs: number, bytes: number): void {
    const { packs: earlier, packsTotal, bytes: read, bytesTotal } = this.#progress;
    this.#progress = { packs: earlier + packs, packsTotal, bytes: read + bytes, bytesTotal };
    this.#options.report(this.#progress);
  }

  #countReread(bytes: number): void {
    const today = dayOf(this.#options.now());
    const earlier = this.#rereadBytes.get(today) ?? 0;
    // The day that was counted last stands last.
    this.#rereadBytes.delete(today);
    this.#rereadBytes.set(today, earlier + bytes);
    for (const day of [...this.#rereadBytes.keys()].slice(0, -daysRemembered)) this.#rereadBytes.delete(day);
  }
}
