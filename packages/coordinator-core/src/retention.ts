import { UmbraError } from '@umbracore/contracts';
import type { ForgetOutlook, JobId, RepositoryName, RunPlan } from '@umbracore/contracts';
import { setPin } from './pins.ts';
import type { PinRequest, PinResult } from './pins.ts';
import type { CoordinatorPorts } from './ports.ts';
import type { Registry } from './registry.ts';
import { previewForget, takeBack } from './work/preview-forget.ts';
import type { PreviewRequest, TakenBack } from './work/preview-forget.ts';

/** What concerns which snapshots stay, beside the runs that remove some. Throws `usage.*` for what is not registered. */
export class Retention {
  readonly #ports: CoordinatorPorts;
  readonly #registry: Registry;

  constructor(ports: CoordinatorPorts, registry: Registry) {
    this.#ports = ports;
    this.#registry = registry;
  }

  /** What a forget job would remove now from one of its repositories, and why. Changes nothing. */
  async preview(job: JobId, repository: RepositoryName, request: PreviewRequest = {}): Promise<ForgetOutlook> {
    return await previewForget(this.#ports, this.#plan(job, repository), request);
  }

  /** Takes back what a forget job has marked to be removed in one of its repositories. */
  async takeBack(job: JobId, repository: RepositoryName, request: PreviewRequest = {}): Promise<TakenBack> {
    return await takeBack(this.#ports, this.#plan(job, repository), request);
  }

  /** Pins a snapshot, so that nothing forgets it, or with a `pin` of null takes its pin away. See `setPin`. */
  async setPin(repository: RepositoryName, request: Omit<PinRequest, 'repository'>): Promise<PinResult> {
    return await setPin(this.#ports, { ...request, repository: this.#registry.repository(repository) });
  }

  #plan(job: JobId, repository: RepositoryName): RunPlan {
    const [plan] = this.#registry.plans(job, { repository });
    if (plan === undefined) throw new UmbraError('internal', `${job} has no plan for ${repository}`);
    return plan;
  }
}
