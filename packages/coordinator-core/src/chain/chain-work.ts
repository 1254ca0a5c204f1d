import { isTerminal, slotOfNode, toUmbraError, UmbraError } from '@umbracore/contracts';
import type { AccountedRun, ChainNode, DurationMs, Instant, RunId, RunPlan } from '@umbracore/contracts';
import type { Attempt } from '../attempt.ts';
import { jobOf } from '../narrow-plan.ts';
import { newRunId } from '../run-id.ts';
import type { RunEnd } from '../run-state.ts';
import { runSubject } from '../run-subject.ts';
import type { Work } from '../work/work.ts';
import { chainEnd } from './chain-end.ts';
import { graphOf } from './graph.ts';
import type { ChainGraph } from './graph.ts';
import { knownNodes } from './node-runs.ts';
import type { KnownNode } from './node-runs.ts';
import { walk } from './walk.ts';
import type { SkippedNode, WalkStep } from './walk.ts';

/** The wall clock may be set while a deadline is waited for, so it is looked at now and then. */
const lookMs: DurationMs = 30_000;
const livingMs: DurationMs = 1000;

/**
 * Walks through a chain. All that it knows is in the store: its nodes are runs of their own, found by their parent, and the slot
 * of each is unique. So whoever goes on after a crash starts nothing again and comes to the same end.
 */
export const chainWork = (attempt: Attempt): Work => ({
  async fresh() {
    await attempt.begin(attempt.ports.clock.now());
    return await new Walker(attempt).toTheEnd();
  },
  async adopted() {
    attempt.adopt();
    return await new Walker(attempt).toTheEnd();
  },
  completed: () => Promise.reject(new UmbraError('internal', 'A chain leaves no snapshot that it could end with')),
});

type Known = ReadonlyMap<string, KnownNode>;

class Walker {
  readonly #attempt: Attempt;
  readonly #graph: ChainGraph;
  readonly #underWay = new Map<string, Promise<void>>();
  readonly #leaving = new AbortController();
  readonly #bell = bell();
  #trouble: UmbraError | undefined;
  #cancelled = false;

  constructor(attempt: Attempt) {
    this.#attempt = attempt;
    this.#graph = graphOf(jobOf(attempt.plan, 'chain'));
  }

  async toTheEnd(): Promise<RunEnd> {
    const { ports, scope, signal } = this.#attempt;
    // Its nodes have watchdogs of their own.
    using _living = ports.clock.every(livingMs, () => this.#attempt.alive());
    const ring = (): void => this.#bell.ring();
    signal.addEventListener('abort', ring);
    scope.closing.addEventListener('abort', ring);
    try {
      return await this.#walk();
    } finally {
      signal.removeEventListener('abort', ring);
      scope.closing.removeEventListener('abort', ring);
      this.#leaving.abort(new UmbraError('run.terminated', 'The chain is not walked through any more'));
      await Promise.allSettled(this.#underWay.values());
    }
  }

  async #walk(): Promise<RunEnd> {
    for (;;) {
      // Before anything is read: what happens from here on is not missed.
      const rung = this.#bell.listen();
      this.#throwIfOver();
      const known = await this.#known();
      const step = this.#next(known);
      if (this.#attempt.signal.aborted) await this.#cancelNodes(known);
      if (step.start.length + step.skip.length > 0) {
        await this.#decide(step);
      } else if (step.verdict === undefined) {
        this.#carryOn(known);
        await this.#news(rung, step.until);
      } else {
        return chainEnd(this.#graph, known, step.verdict, this.#cause());
      }
    }
  }

  /** A chain that is closed or lost goes on elsewhere; so does one that the store refuses. */
  #throwIfOver(): void {
    const { scope } = this.#attempt;
    scope.closing.throwIfAborted();
    const cause = this.#cause();
    if (cause?.code === 'state.lease-lost') throw cause;
    if (this.#trouble !== undefined) throw this.#trouble;
  }

  /** Why it was ended early. */
  #cause(): UmbraError | undefined {
    const { signal } = this.#attempt;
    return signal.aborted ? toUmbraError(signal.reason) : undefined;
  }

  async #known(): Promise<Known> {
    const { ports, held, run } = this.#attempt;
    const [runs, steps] = await Promise.all([ports.store.runs({ parent: run }), held.steps()]);
    return knownNodes(this.#graph, run, runs, steps);
  }

  #next(known: Known): WalkStep {
    const { ports, held, signal } = this.#attempt;
    const now = ports.clock.now();
    const states = new Map([...known].map(([id, { state }]) => [id, state]));
    const startedAt = held.record.startedAt ?? now;
    return walk(this.#graph, states, { now, startedAt, cancelled: signal.aborted });
  }

  /** Everything of a step in one record, so that it happens as a whole. */
  async #decide({ start, skip }: WalkStep): Promise<void> {
    const { ports, scope } = this.#attempt;
    const skipped = new Map(skip.map((one) => [one.node, one]));
    const runs: AccountedRun[] = [];
    for (const node of this.#graph.nodes) {
      if (start.includes(node.id) || skipped.has(node.id))
        runs.push(...(await this.#runsOf(node, skipped.get(node.id))));
    }
    const ids = new Set(runs.map(({ id }) => id));
    // For a node that has its run already that one is given.
    const recorded = (await ports.store.record(runs)).filter(({ id }) => ids.has(id));
    for (const record of recorded) {
      const base = runSubject(record, ports.clock.now());
      ports.events.publish({ type: 'run.queued', ...base });
      if (isTerminal(record.state)) ports.events.publish({ type: 'run.finished', ...base, record });
    }
    scope.nodes.recorded(recorded);
    for (const { node, outcome, because } of skip) this.#attempt.note(`${node} is ${outcome}: ${because}`);
    for (const node of start) this.#attempt.note(`${node} starts`);
  }

  async #runsOf(node: ChainNode, skipped: SkippedNode | undefined): Promise<readonly AccountedRun[]> {
    const { ports, plan, held, run } = this.#attempt;
    const { parent: _parent, ...options } = plan.options;
    let plans: readonly RunPlan[];
    try {
      plans = this.#attempt.scope.nodes.plans(node.job, options);
    } catch (thrown) {
      // There is nothing that a run could be a run of.
      const outcome = skipped?.outcome ?? 'failed';
      const detail = { node: node.id, outcome, trouble: skipped?.because ?? toUmbraError(thrown).message };
      await held.recordStep({ kind: 'node', stage: 'done', at: ports.clock.now(), detail });
      return [];
    }
    const slot = { slot: slotOfNode(run, node.id), slotAt: held.record.slotAt ?? held.record.queuedAt };
    const now = ports.clock.now();
    return plans.map((nodePlan) => ({
      id: newRunId(now, ports.random ?? Math.random),
      trigger: 'chain',
      parent: run,
      ...slot,
      queuedAt: now,
      plan: nodePlan,
      end: endOf(nodePlan, skipped),
    }));
  }

  /** The runs of a node one after the other, those of different nodes at the same time. */
  #carryOn(known: Known): void {
    for (const [id, { state, runs }] of known) {
      if (state.state !== 'running' || this.#underWay.has(id)) continue;
      const open = runs.filter((run) => !isTerminal(run.state)).map((run) => run.id);
      this.#underWay.set(id, this.#carryAll(id, open));
    }
  }

  async #carryAll(node: string, runs: readonly RunId[]): Promise<void> {
    const { nodes, closing } = this.#attempt.scope;
    const signal = AbortSignal.any([closing, this.#leaving.signal]);
    try {
      for (const run of runs) await nodes.carry(run, signal);
    } catch (thrown) {
      this.#trouble ??= toUmbraError(thrown);
    }
    this.#underWay.delete(node);
    this.#bell.ring();
  }

  /** All but closers, once; on record first, for whoever goes on after a crash. */
  async #cancelNodes(known: Known): Promise<void> {
    if (this.#cancelled) return;
    this.#cancelled = true;
    const { ports, run, scope } = this.#attempt;
    if (this.#cause()?.code === 'run.cancelled') await ports.store.requestCancel(run, ports.clock.now());
    const closers = this.#graph.brackets;
    const left = [...known].flatMap(([id, { runs }]) =>
      closers.has(id) ? [] : runs.filter((one) => !isTerminal(one.state)),
    );
    for (const { id } of left) await scope.nodes.cancel(id, 'its chain was cancelled');
  }

  /** Until something may have changed. */
  async #news(rung: Promise<void>, until: Instant | undefined): Promise<void> {
    const { clock } = this.#attempt.ports;
    if (until === undefined) return await rung;
    const enough = new AbortController();
    const timer = clock.sleep(Math.min(lookMs, Math.max(0, until - clock.now())), enough.signal).catch(() => {});
    await Promise.race([rung, timer]);
    enough.abort(new UmbraError('run.interrupted', 'Something else came first'));
  }
}

const disabled = { code: 'enabled', text: 'The job is disabled', alsoStandsFor: null } as const;

function endOf({ job }: RunPlan, skipped: SkippedNode | undefined): AccountedRun['end'] {
  if (skipped === undefined) return job.enabled ? undefined : { outcome: 'skipped', because: disabled };
  const because = { code: 'chain', text: skipped.because, alsoStandsFor: null } as const;
  return { outcome: skipped.outcome, because };
}

/** A bell that rings for whoever listened before. */
function bell() {
  let wake = (): void => {};
  return {
    ring: (): void => wake(),
    listen: (): Promise<void> => new Promise((resolve) => (wake = resolve)),
  };
}
