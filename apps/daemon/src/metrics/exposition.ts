import { Counter, Gauge, Registry } from 'prom-client';
import { openStates, runOutcomes, type Instant, type RunRecord } from '@umbracore/contracts';
import type { Labels, Metric, Sample } from './metric.ts';
import { statusOf, type JobStatus } from '@umbracore/runtime/history';
import type { Daemon } from '../daemon.ts';
import { repositoryGauges } from './repository-gauges.ts';

const states = ['protected', 'unproven', 'at-risk', 'unprotected'] as const;
const seconds = (ms: number): number => ms / 1000;

/** All figures as text. They are read from the store when they are asked for, and survive restarts with it. */
export async function exposition(daemon: Daemon): Promise<{ readonly text: string; readonly contentType: string }> {
  const registry = new Registry();
  const statuses = await statusesOf(daemon);
  const gauges = [
    ...daemonGauges(daemon),
    ...jobGauges(statuses, daemon.runtime.clock.now()),
    ...(await repositoryGauges(daemon)),
    await openRuns(daemon),
    ...(await untold(daemon)),
  ];
  for (const { name, help, samples } of gauges) {
    const gauge = new Gauge({ name, help, labelNames: labelNames(samples), registers: [registry] });
    for (const [labels, value] of samples) gauge.set(labels, value);
  }
  const { name, help, samples } = await endedRuns(daemon);
  const counter = new Counter({ name, help, labelNames: labelNames(samples), registers: [registry] });
  for (const [labels, value] of samples) counter.inc(labels, value);
  return { text: await registry.metrics(), contentType: registry.contentType };
}

const labelNames = (samples: readonly Sample[]): string[] => Object.keys(samples[0]?.[0] ?? {});

function statusesOf({ runtime, live }: Daemon): Promise<readonly JobStatus[]> {
  const jobs = [...live.current.jobs.values()];
  return statusOf({ ...runtime, configuration: live.current }, jobs, runtime.clock.now());
}

function daemonGauges({ version, startedAt, live, runtime, nextAt }: Daemon): readonly Metric[] {
  const next = nextAt();
  return [
    { name: 'umbra_info', help: 'Always 1; the version is a label.', samples: [[{ version }, 1]] },
    {
      name: 'umbra_daemon_start_time_seconds',
      help: 'When the daemon started, in seconds since 1970.',
      samples: [[{}, seconds(startedAt)]],
    },
    {
      name: 'umbra_daemon_resident_memory_bytes',
      help: 'Memory of the daemon.',
      samples: [[{}, process.memoryUsage.rss()]],
    },
    {
      name: 'umbra_next_run_timestamp_seconds',
      help: 'When a schedule starts something next.',
      samples: next === undefined ? [] : [[{}, seconds(next)]],
    },
    {
      name: 'umbra_config_loaded_timestamp_seconds',
      help: 'When the configuration that is in force was read.',
      samples: [[{}, seconds(live.loadedAt)]],
    },
    {
      name: 'umbra_config_refused',
      help: '1 while the configuration on disk is refused and the last good one is in force.',
      samples: [[{}, live.refusal === undefined ? 0 : 1]],
    },
    {
      name: 'umbra_state_alarms',
      help: 'Things about the state that a person must know.',
      samples: [[{}, runtime.store.health.alarms.length]],
    },
  ];
}

function jobGauges(statuses: readonly JobStatus[], now: Instant): readonly Metric[] {
  const each = (valueOf: (status: JobStatus) => number | null | undefined): readonly Sample[] =>
    statuses.flatMap((status) => {
      const value = valueOf(status);
      return value === null || value === undefined ? [] : [[labelsOf(status), value] as const];
    });
  return [
    {
      name: 'umbra_job_last_success_timestamp_seconds',
      help: 'When the last run that counts as a success ended.',
      samples: each(({ lastSuccess }) => lastSuccess?.finishedAt && seconds(lastSuccess.finishedAt)),
    },
    {
      name: 'umbra_job_last_attempt_timestamp_seconds',
      help: 'When the last run began.',
      samples: each(({ lastAttempt: run }) => run && seconds(run.startedAt ?? run.queuedAt)),
    },
    {
      name: 'umbra_job_last_run_duration_seconds',
      help: 'How long the last run took.',
      samples: each(({ lastAttempt }) => lengthOf(lastAttempt)),
    },
    {
      name: 'umbra_job_next_run_timestamp_seconds',
      help: 'When a schedule starts the job next.',
      samples: each(({ next }) => next && seconds(next.at)),
    },
    {
      name: 'umbra_job_stale',
      help: '1 if there was no success for longer than there should be.',
      samples: each(({ stale }) => (stale ? 1 : 0)),
    },
    {
      name: 'umbra_copy_behind_snapshots',
      help: 'Snapshots of good runs that a copy has not brought yet.',
      samples: each(({ lag }) => lag?.snapshots),
    },
    {
      name: 'umbra_copy_behind_seconds',
      help: 'How long ago the oldest of them was saved; 0 if there is none.',
      samples: each(({ lag }) => lag && (lag.since === undefined ? 0 : seconds(now - lag.since))),
    },
    {
      name: 'umbra_job_verified_timestamp_seconds',
      help: 'When what the job saved was last read back and found sound.',
      samples: each(({ provenAt }) => provenAt && seconds(provenAt)),
    },
    {
      name: 'umbra_job_drill_timestamp_seconds',
      help: 'When files of the job last came back from a drill as they were saved.',
      samples: each(({ drills: { proof } }) => proof && seconds(proof.at)),
    },
    {
      name: 'umbra_job_drill_proven_files',
      help: 'Files that came back as they were saved in that drill.',
      samples: each(({ drills: { proof } }) => proof?.proven),
    },
    {
      name: 'umbra_job_drill_failed',
      help: '1 if something did not come back as it was saved when the job was tried last.',
      samples: each(({ drills: { failed, proof } }) => (failed !== undefined ? 1 : proof && 0)),
    },
    {
      name: 'umbra_job_recovery_seconds',
      help: 'How long all of a snapshot would take to come back, as fast as that drill was.',
      samples: each(({ drills: { proof } }) => proof?.recoveryMs && seconds(proof.recoveryMs)),
    },
    {
      name: 'umbra_job_protection',
      help: '1 for the state that the job is in.',
      samples: statuses.flatMap((status) =>
        states.map((state) => [{ ...labelsOf(status), state }, status.protection === state ? 1 : 0] as const),
      ),
    },
  ];
}

const labelsOf = ({ job, repository }: JobStatus): Labels => ({ job: job.id, repository });

const lengthOf = (run: RunRecord | undefined): number | undefined =>
  typeof run?.startedAt === 'number' && run.finishedAt !== null ? seconds(run.finishedAt - run.startedAt) : undefined;

async function openRuns({ runtime }: Daemon): Promise<Metric> {
  const open = await runtime.store.open();
  return {
    name: 'umbra_runs_open',
    help: 'Runs that have not ended.',
    samples: openStates.map((state) => [{ state }, open.filter(({ run }) => run.state === state).length] as const),
  };
}

async function untold({ runtime }: Daemon): Promise<readonly Metric[]> {
  const { waiting, troubled, failed, overdueSince } = await runtime.notifications.figures();
  const overdue = overdueSince === null ? 0 : runtime.clock.now() - overdueSince;
  return [
    { name: 'umbra_notifications_waiting', help: 'Notifications that have not arrived yet.', samples: [[{}, waiting]] },
    {
      name: 'umbra_notifications_troubled',
      help: 'Of those, the ones that were tried in vain.',
      samples: [[{}, troubled]],
    },
    { name: 'umbra_notifications_failed', help: 'Notifications given up within a week.', samples: [[{}, failed]] },
    {
      name: 'umbra_notifications_overdue_seconds',
      help: 'For how long the oldest that waits has been due; 0 if none is.',
      samples: [[{}, seconds(overdue)]],
    },
  ];
}

async function endedRuns({ runtime, live }: Daemon): Promise<Metric> {
  const samples: Sample[] = [];
  for (const job of live.current.jobs.keys()) {
    const counts = await runtime.store.count({ job });
    for (const outcome of runOutcomes) samples.push([{ job, outcome }, counts[outcome]]);
  }
  return { name: 'umbra_runs_total', help: 'Runs in the history that have ended.', samples };
}
