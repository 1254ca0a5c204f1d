import { jobTag, runTag } from '@umbracore/contracts';
import type { JobDefinition, Snapshot, StepRecord } from '@umbracore/contracts';
import { aJob, aRepository, aRun, aSnapshot, FakeBackend, FakeRepositories } from '@umbracore/testkit';
import { readFile } from 'node:fs/promises';
import { BackupCoordinator, logOfRun } from '../src/index.ts';
import type { BackupRun, RunHandle, RunRequest } from '../src/index.ts';
import { World } from './world.ts';

const day = 86_400_000;

/** When the clock of a new world begins. */
export const noon = Date.UTC(2026, 0, 5, 12);

/** A coordinator with the repository `main`, to which `other` can be copied. */
export class TwoRepositories implements AsyncDisposable {
  readonly world: World;
  readonly source: FakeBackend;
  readonly target: FakeBackend;
  readonly repositories: FakeRepositories;
  readonly coordinator: BackupCoordinator;
  readonly #definitions = [aRepository(), aRepository({ name: 'other', location: '/repositories/other' })];

  private constructor(world: World) {
    this.world = world;
    this.source = new FakeBackend({ clock: world.clock });
    const others = new Map([['/repositories/other', this.source]]);
    this.target = new FakeBackend({ clock: world.clock, others });
    this.repositories = new FakeRepositories({ main: this.target, other: this.source });
    this.coordinator = new BackupCoordinator({ ...world.boot().ports, repositories: this.repositories });
  }

  static async create(): Promise<TwoRepositories> {
    return new TwoRepositories(await World.create());
  }

  async start(job: JobDefinition, request: RunRequest = {}): Promise<{ readonly handle: RunHandle }> {
    await this.coordinator.registerBackupJob(job, this.#definitions);
    return { handle: this.coordinator.runBackupJob(job.id, request) };
  }

  async run(job: JobDefinition, request: RunRequest = {}): Promise<BackupRun> {
    return await (
      await this.start(job, request)
    ).handle;
  }

  /** The history knows of a run that made the snapshot with this number. */
  knows(number: number, state: 'succeeded' | 'warning' | 'failed' | 'running'): void {
    const plan = { job: aJob(), repository: aRepository(), options: {} };
    const run = aRun({ id: `r-${number}`, state, queuedAt: noon - day, plan });
    this.world.store.entries.set(run.id, { run, lease: undefined, fence: 0, steps: [] });
  }

  stepsOf(run: string): readonly StepRecord[] {
    return this.world.store.entries.get(run)?.steps ?? [];
  }

  logOf(run: string): Promise<string> {
    return readFile(logOfRun(this.world.spoolDir, run), 'utf8');
  }

  /** Time passes, and whoever is woken gets to work. */
  async seconds(count: number): Promise<void> {
    for (let second = 0; second < count; second += 1) {
      this.world.clock.pass(1000);
      await new Promise(setImmediate);
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.world[Symbol.asyncDispose]();
  }
}

/** A snapshot of a job, made by a run with the same number. */
export const made = (number: number, { job = 'documents', time = noon - day + number } = {}): Snapshot =>
  aSnapshot({ id: `${number}`.padStart(64, '0'), time, tags: [jobTag(job), runTag(`r-${number}`)] });

export function put(backend: FakeBackend, ...snapshots: readonly Snapshot[]): void {
  for (const snapshot of snapshots) backend.putSnapshot(snapshot);
}

export const idsIn = async (backend: FakeBackend): Promise<readonly string[]> =>
  (await backend.snapshots()).map(({ id }) => id);

export const numbersIn = async (backend: FakeBackend): Promise<readonly number[]> => (await idsIn(backend)).map(Number);
