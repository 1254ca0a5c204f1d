import type { Instant, JobId, Schedule, Timetable, Timetables } from '@umbracore/contracts';
import { fingerprintOf } from './fingerprint.ts';
import { jitterSeed, jitterShare, jobHash } from './jitter.ts';
import { Starts } from './starts.ts';

export const timetables: Timetables = { create: (host) => new JobTimetable(host) };

interface Entry {
  readonly starts: Starts;
  readonly share: number;
  at: Instant | undefined;
}

class JobTimetable implements Timetable {
  readonly #host: string;
  readonly #entries = new Map<JobId, readonly Entry[]>();

  constructor(host: string) {
    this.#host = host;
  }

  get size(): number {
    return this.#entries.size;
  }

  set(job: JobId, schedules: readonly Schedule[], after: Instant): void {
    const entries = schedules.map((schedule) => {
      const starts = new Starts(schedule);
      const share = jitterShare(jobHash(job), jitterSeed(fingerprintOf(schedule), this.#host));
      return { starts, share, at: starts.ofFirstAfter(after, share) };
    });
    this.#entries.set(job, entries);
  }

  delete(job: JobId): void {
    this.#entries.delete(job);
  }

  nextAt(): Instant | undefined {
    return earliest([...this.#entries.values()].flat());
  }

  nextOf(job: JobId): Instant | undefined {
    return earliest(this.#entries.get(job) ?? []);
  }

  take(now: Instant): readonly JobId[] {
    const due: { readonly job: JobId; readonly at: Instant }[] = [];
    for (const [job, entries] of this.#entries) {
      const at = earliest(entries);
      if (at === undefined || at > now) continue;
      due.push({ job, at });
      for (const entry of entries) {
        if (entry.at !== undefined && entry.at <= now) entry.at = entry.starts.firstAfter(now, entry.share);
      }
    }
    return due.toSorted((one, other) => one.at - other.at).map(({ job }) => job);
  }
}

function earliest(entries: readonly Entry[]): Instant | undefined {
  const first = entries.reduce((found, { at }) => Math.min(found, at ?? Infinity), Infinity);
  return first === Infinity ? undefined : first;
}
