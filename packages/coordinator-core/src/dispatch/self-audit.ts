import { runOutcomes } from '@umbracore/contracts';
import type { CoordinatorPorts } from '../ports.ts';
import { lookBackMs } from './after-edges.ts';
import type { FollowUps } from './follow-ups.ts';
import { auditEveryMs, followEveryMs } from './settings.ts';
import type { Timeline } from './timeline.ts';

/** So many of the runs that ended lately, in whatever process, are looked through. */
const asked = 200;

/** Once a minute: a job that should be due some day and is not planned is planned again, and that is told. */
export class SelfAudit {
  readonly #ports: CoordinatorPorts;
  readonly #timeline: Timeline;
  readonly #followUps: FollowUps;
  #auditedMs: number;
  #thoroughMs: number;

  constructor(ports: CoordinatorPorts, timeline: Timeline, followUps: FollowUps) {
    this.#ports = ports;
    this.#timeline = timeline;
    this.#followUps = followUps;
    this.#auditedMs = ports.clock.monotonicMs();
    this.#thoroughMs = this.#auditedMs;
  }

  async perform(): Promise<void> {
    const { clock, events, store } = this.#ports;
    const nowMs = clock.monotonicMs();
    if (nowMs - this.#auditedMs < auditEveryMs) return;
    this.#auditedMs = nowMs;
    const thoroughly = nowMs - this.#thoroughMs >= followEveryMs;
    if (thoroughly) this.#thoroughMs = nowMs;
    const now = clock.now();
    for (const job of this.#timeline.repair(now, thoroughly)) {
      const text = 'The job was not planned, or too late; it is again';
      events.publish({ type: 'schedule.repaired', time: now, job, text });
    }
    if (!this.#followUps.hasAny()) return;
    const ended = await store.runs({ since: now - lookBackMs, states: runOutcomes, limit: asked });
    for (const job of new Set(ended.map((run) => run.job))) this.#followUps.noteEnd(job);
  }
}
