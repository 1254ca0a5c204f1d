import { isTerminal, UmbraError } from '@umbracore/contracts';
import type {
  DurationMs,
  RunId,
  RunPlan,
  RunRecord,
  StepRecord,
  ThrottleState,
  ThrottleWish,
} from '@umbracore/contracts';
import { limitsOf } from '../backup-spec.ts';
import { isInHands } from '../owner.ts';
import { leftBehindText } from '../protection.ts';
import type { CoordinatorPorts } from '../ports.ts';
import { listen, sharingIn, speakersFor } from './look.ts';
import { freshMemory, steer } from './steer.ts';
import { throttleIn } from './throttle-in.ts';
import type { Throttles } from './throttles.ts';
import { readWish, writeWish } from './wish-file.ts';

/** What a run of a job would be held to if it began now, and what its sensors say. */
export interface ThrottleOutlook extends ThrottleState {
  readonly sensors: readonly {
    readonly who: string;
    readonly kind: string;
    readonly options: unknown;
    readonly verdict: string;
    readonly text: string;
  }[];
}

/** How gently runs work: looks at it, and changes it while they do. */
export class Throttling {
  readonly #ports: CoordinatorPorts;
  readonly #throttles: Throttles;

  constructor(ports: CoordinatorPorts, throttles: Throttles) {
    this.#ports = ports;
    this.#throttles = throttles;
  }

  /**
   * From now on a run is held to this, whatever its policies say; null leaves it to them again. Whoever carries the run out
   * acts upon it within seconds. Throws `usage.unknown-run`, and `usage.invalid` for a run that has ended.
   */
  async set(id: RunId, wish: ThrottleWish): Promise<ThrottleState> {
    const { store, spoolDir } = this.#ports;
    const record = await store.run(id);
    if (record === undefined)
      throw new UmbraError('usage.unknown-run', `There is no run ${id}`, { hint: 'List runs with `umbra history`.' });
    if (isTerminal(record.state))
      throw new UmbraError('usage.invalid', `The run ${id} has ended`, { hint: 'Change the `throttle` of its job.' });
    const isNew = JSON.stringify(readWish(spoolDir, id)) !== JSON.stringify(wish);
    const before = lastWord(await store.steps(id));
    writeWish(spoolDir, id, wish);
    if (!(await this.#throttles.look(id)) && isNew && (await this.#isCarriedOut(id))) await this.#actedUpon(id, before);
    return await this.of(record);
  }

  async #isCarriedOut(id: RunId): Promise<boolean> {
    const { lease } = (await this.#ports.store.open()).find(({ run }) => run.id === id) ?? {};
    return lease !== undefined && isInHands(this.#ports, lease);
  }

  /** Another process carries the run out: it tells in the journal when it has seen what is wanted. */
  async #actedUpon(id: RunId, before: number): Promise<void> {
    const { store, clock } = this.#ports;
    const until = clock.monotonicMs() + patienceMs;
    while (clock.monotonicMs() < until && lastWord(await store.steps(id)) === before) await clock.sleep(200);
  }

  /** What was set for a run. */
  wishFor(run: RunId): ThrottleWish {
    return readWish(this.#ports.spoolDir, run);
  }

  /** What holds a run back at this moment, or held it back last. An engine that nobody holds still any more goes on by itself. */
  async of(record: RunRecord): Promise<ThrottleState> {
    const state = throttleIn(record, await this.#ports.store.steps(record.id));
    if (state.limits.paused !== true || !(await this.#isLeftBehind(record.id))) return state;
    const { paused: _, ...limits } = state.limits;
    return { ...state, limits, because: [leftBehindText], unapplied: [...state.unapplied, standsStillLater] };
  }

  /** Somebody carried it out, and lives no more. */
  async #isLeftBehind(id: RunId): Promise<boolean> {
    const { lease } = (await this.#ports.store.open()).find(({ run }) => run.id === id) ?? {};
    return lease !== undefined && !isInHands(this.#ports, lease);
  }

  /** Looks at the sensors now. */
  async outlook(plan: Pick<RunPlan, 'job' | 'repository' | 'from'>): Promise<ThrottleOutlook> {
    const { sensors, clock } = this.#ports;
    const speakers = speakersFor(plan);
    const heard = await listen(sensors, speakers, plan);
    const said = heard.map((one, index) => {
      const repository = speakers[index]?.repository;
      return { ...one, sharing: sharingIn(plan, repository?.name ?? ''), sharers: repository && [] };
    });
    const nowMs = clock.monotonicMs();
    const sight = { said, ceiling: limitsOf({ ...plan, options: {} }), wish: null, engine: undefined };
    const { wanted, because } = steer(freshMemory(speakers, nowMs), sight, nowMs);
    const seen = said.flatMap(({ who, policy, readings }) =>
      policy.rules.flatMap(({ all }, rule) =>
        all.map(({ kind, options }, index) => {
          const { verdict = 'unknown', text = '' } = readings[rule]?.[index] ?? {};
          return { who, kind, options, verdict, text };
        }),
      ),
    );
    return { limits: wanted, because, unapplied: [], sensors: seen };
  }
}

const standsStillLater = 'nobody holds it still: it works until somebody carries it on';

/** As long as another process may need that is busy with something else. */
const patienceMs: DurationMs = 10_000;

const lastWord = (steps: readonly StepRecord[]): number =>
  steps.findLast(({ kind }) => kind === 'throttle')?.sequence ?? 0;
