import type { ChainJobDefinition, JobDefinition, RunRecord } from '@umbracore/contracts';
import { aJob, aRepository, FakeBackend, FakeRepositories } from '@umbracore/testkit';
import { join } from 'node:path';
import { BackupCoordinator } from '../src/index.ts';
import { World } from './world.ts';
import type { Life } from './world.ts';

/** A coordinator with a chain whose every node saves the same folder to a repository of its own. */
export class ChainWorld implements AsyncDisposable {
  readonly world: World;
  readonly life: Life;
  readonly coordinator: BackupCoordinator;
  readonly chain: ChainJobDefinition;
  readonly #backends: Readonly<Record<string, FakeBackend>>;
  readonly #repositories: FakeRepositories;

  static async create(chain: ChainJobDefinition): Promise<ChainWorld> {
    const created = new ChainWorld(await World.create(), chain);
    await created.register(chain);
    for (const job of new Set(chain.nodes.map((node) => node.job))) await created.register(created.jobOf(job));
    return created;
  }

  private constructor(world: World, chain: ChainJobDefinition) {
    this.world = world;
    // A dispatcher sleeps again and again, whatever else is done.
    world.clock.patienceMs = 20;
    this.life = world.boot();
    this.chain = chain;
    const jobs = [...chain.nodes.map(({ job }) => job), 'spare'];
    this.#backends = Object.fromEntries(jobs.map((job) => [job, new FakeBackend({ clock: world.clock })]));
    this.#repositories = new FakeRepositories(this.#backends);
    this.coordinator = this.another();
  }

  /** Another process. */
  another(): BackupCoordinator {
    const { ports } = this.life;
    const { processTable } = this.world.boot().ports;
    return new BackupCoordinator({ ...ports, processTable, repositories: this.#repositories });
  }

  jobOf(id: string): JobDefinition {
    return aJob({ id, sources: [{ path: this.world.source, required: true }], repositories: [id] });
  }

  async register(job: JobDefinition, coordinator = this.coordinator): Promise<void> {
    const repositories = Object.keys(this.#backends).map((name) =>
      aRepository({ name, location: `/repositories/${name}` }),
    );
    await coordinator.registerBackupJob(job, repositories);
  }

  /** Its next backup fails for good. */
  fail(job: string): void {
    this.backend(job).failNext('repository.full', { method: 'backup' });
  }

  /** Its next backup is a warning. */
  warn(job: string): void {
    this.backend(job).makeUnreadable(join(this.world.source, 'a.txt'));
  }

  backend(job: string): FakeBackend {
    const backend = this.#backends[job];
    if (backend === undefined) throw new Error(`no backend ${job}`);
    return backend;
  }

  get runs(): readonly RunRecord[] {
    return [...this.world.store.entries.values()].map(({ run }) => run);
  }

  /** `node: outcome` in the order in which the nodes ended. */
  get ends(): readonly string[] {
    const report = this.runs.find(({ plan }) => plan.job.kind === 'chain')?.report;
    return report?.kind === 'chain' ? report.nodes.map(({ node, outcome }) => `${node}: ${outcome}`) : [];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.world[Symbol.asyncDispose]();
  }
}
