import type { Instant, NewCheckScope } from '@umbracore/contracts';
import { changed } from '../problems.ts';
import type { ResticRepository } from '../repository.ts';
import { choosePacks } from './choose-packs.ts';
import { IdSet } from './id-set.ts';
import { PackReading, type PackProgress } from './pack-reading.ts';
import type { Remembered } from './remembered.ts';
import { hasChanged } from './repository-view.ts';
import type { RereadPlan } from './reread-plan.ts';
import { checkStructure, stillHolds, type Structure } from './structure-check.ts';

const attempts = 3;
const mostProblems = 1000;

export interface CheckOptions extends NewCheckScope {
  readonly now: () => Instant;
  /** Called again and again while the check is alive. */
  readonly report?: ((progress: CheckProgress) => void) | undefined;
  /** Is given what is known so far when much was read and when the check is broken off, so that it was not in vain. */
  readonly keep?: ((remembered: Remembered) => Promise<void>) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What was read so far, and what is to be read as far as that is known. */
export interface CheckProgress extends PackProgress {
  readonly trees: number;
}

export interface CheckFindings {
  /** What is damaged, as sentences; empty if nothing is. */
  readonly problems: readonly string[];
  readonly snapshots: number;
  /** Packs that no index names: a backup that was interrupted leaves some. */
  readonly notIndexed: number;
  readonly read: Pick<CheckProgress, 'trees' | 'packs' | 'bytes'>;
  /** Snapshots that were there the last time, by their first ids: forgotten since, or lost. */
  readonly gone: readonly string[];
  /** If packs were to be read at a pace. */
  readonly plan: RereadPlan | undefined;
}

export interface Checked {
  readonly findings: CheckFindings;
  /** For the next check. */
  readonly remembered: Remembered;
}

/**
 * Looks whether a repository is whole, as far as that is not known from before. All keys, snapshots and index files are read;
 * every pack that an index names is there with its size; every tree that a snapshot reaches is right, and what it names is in
 * the index; and the packs that are chosen have the content that their names stand for.
 *
 * Others may work on the repository meanwhile: what looks wrong is looked at again if something changed. Throws
 * `repository.changed` if it never stands still, and for what cannot be read the error that says nothing of the repository.
 */
export async function checkRepository(
  repository: ResticRepository,
  before: Remembered,
  options: CheckOptions,
): Promise<Checked> {
  const check = new RepositoryCheck(repository, before, options);
  try {
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      const checked = await check.once();
      if (checked !== undefined) return checked;
    }
  } catch (error) {
    await check.keep();
    throw error;
  }
  throw changed('index');
}

class RepositoryCheck {
  readonly #repository: ResticRepository;
  readonly #before: Remembered;
  readonly #options: CheckOptions;
  readonly #packs: PackReading;
  #trees = 0;
  #choice: NewCheckScope['read'];
  #plan: RereadPlan | undefined;

  constructor(repository: ResticRepository, before: Remembered, options: CheckOptions) {
    const { now, signal } = options;
    this.#repository = repository;
    this.#before = before;
    this.#options = options;
    this.#choice = options.read;
    const report = (): void => this.#report();
    this.#packs = new PackReading(repository, before, { now, signal, report, keep: () => this.keep() });
  }

  /** Undefined if what looks wrong may come from a change meanwhile. */
  async once(): Promise<Checked | undefined> {
    const { now, since, signal } = this.#options;
    const trees = this.#trees;
    const structure = await checkStructure(
      this.#repository,
      this.#before,
      (read) => this.#sawTrees(trees + read),
      signal,
    );
    const { view, problems } = structure;
    if (view === undefined) return this.#conclude(structure);
    const { known, rereadBytes } = this.#packs;
    const chosen = choosePacks({ view, known, read: this.#choice, since, rereadBytes, now: now() });
    this.#plan ??= chosen.plan;
    problems.push(...(await this.#packs.read(chosen, view)));
    // What was to be read again was: only what is new or was wrong comes once more.
    this.#choice = 'new';
    if (problems.length > 0 && (await hasChanged(this.#repository, view))) return undefined;
    return this.#conclude(structure);
  }

  async keep(): Promise<void> {
    const { known: packs, rereadBytes } = this.#packs;
    await this.#options.keep?.({ ...this.#before, packs, rereadBytes });
  }

  #conclude(structure: Structure): Checked {
    const { problems, snapshots, notIndexed } = structure;
    const { packs, bytes } = this.#packs.progress;
    const present = new Set(snapshots.values());
    const findings: CheckFindings = {
      problems: problems.slice(0, mostProblems),
      snapshots: snapshots.size,
      notIndexed,
      read: { trees: this.#trees, packs, bytes },
      gone: this.#before.snapshots.filter((id) => !present.has(id)),
      plan: this.#plan,
    };
    return { findings, remembered: this.#remember(structure) };
  }

  #remember({ view, trees, snapshots, problems }: Structure): Remembered {
    const { known: packs, rereadBytes } = this.#packs;
    const before = this.#before;
    const damagedAt = problems.length === 0 ? undefined : this.#options.now();
    if (view === undefined) return { ...before, damagedAt, packs, rereadBytes };
    const holds = trees === undefined && stillHolds(before, view);
    return {
      soundAt: problems.length === 0 ? this.#options.now() : before.soundAt,
      damagedAt,
      packs,
      rereadBytes,
      trees: trees ?? (holds ? before.trees : new IdSet()),
      indexFiles: trees === undefined ? (holds ? before.indexFiles : []) : view.index.files,
      snapshots: [...snapshots.values()],
      snapshotFiles: trees === undefined ? (holds ? before.snapshotFiles : new Map()) : snapshots,
    };
  }

  #sawTrees(trees: number): void {
    this.#trees = trees;
    this.#report();
  }

  #report(): void {
    this.#options.report?.({ ...this.#packs.progress, trees: this.#trees });
  }
}
