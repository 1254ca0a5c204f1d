import type { CheckJobDefinition, JobDefinition, RetentionPolicy } from '@umbracore/contracts';
import { upstreamOf } from '@umbracore/runtime/documents';
import { formatDuration } from '../doors/configuration.ts';
import { formatSize } from '../output/sizes.ts';

/** What a job does, in a few words: what it saves, copies, keeps, runs. */
export function workOf(job: JobDefinition): string {
  switch (job.kind) {
    case 'backup':
      return job.sources
        .map(({ path, program }) => (program === undefined ? path : outputOf(program.command)))
        .join(', ');
    case 'copy':
      return `from ${job.from}${ofJobs(job.jobs)}`;
    case 'forget':
      return `keeps ${rulesOf(job.policy)}${ofJobs(job.jobs)}`;
    case 'prune':
      return '';
    case 'check':
      return checkWork(job);
    case 'drill':
      return `restores ${job.files} files${ofJobs(job.jobs)}`;
    case 'command':
      return job.command.join(' ');
    case 'chain':
      return job.nodes.map((node) => node.job).join(', ');
    default:
      return job satisfies never;
  }
}

const outputOf = (command: readonly string[]): string => `what ${command.join(' ')} writes`;

function checkWork({ readPercent, readAll }: CheckJobDefinition): string {
  const all =
    readAll && `reads all within ${formatDuration(readAll.withinMs)}, ${formatSize(readAll.bytesPerDay)} a day at most`;
  const part = readPercent === 0 ? undefined : `reads ${readPercent}%`;
  return [all, part].filter((words) => words !== undefined).join('; ');
}

const ofJobs = (jobs: readonly string[]): string => (jobs.length === 0 ? '' : ` of ${jobs.join(', ')}`);

/** What a policy keeps: `7 daily, 4 weekly, at least 3`. */
export function rulesOf({ withinMs, tags, minimum, ...policy }: RetentionPolicy): string {
  const counted = (['last', 'hourly', 'daily', 'weekly', 'monthly', 'yearly'] as const)
    .filter((rule) => policy[rule] > 0)
    .map((rule) => `${policy[rule]} ${rule}`);
  return [
    ...counted,
    ...(withinMs === undefined ? [] : [`within ${formatDuration(withinMs)}`]),
    ...tags.map((tag) => `tag ${tag}`),
    ...(minimum > 1 ? [`at least ${minimum}`] : []),
  ].join(', ');
}

/** When a job is due, as it is written: its schedules, and what else makes it due, the chains among `jobs` that run it included. */
export function duenessOf(job: JobDefinition, jobs: ReadonlyMap<string, JobDefinition> = new Map()): string {
  const { id, schedules, atLeastEveryMs } = job;
  const chains = [...jobs.values()].filter((one) => one.kind === 'chain' && one.nodes.some((node) => node.job === id));
  const upstream = upstreamOf(job);
  const words = [
    ...schedules.filter(({ recurrence }) => recurrence.type !== 'manual').map(({ text }) => text),
    ...(upstream.length === 0 ? [] : [`after ${upstream.join(', ')}`]),
    ...(atLeastEveryMs === undefined ? [] : [`at least every ${formatDuration(atLeastEveryMs)}`]),
    ...chains.map((chain) => `in ${chain.id}`),
  ];
  return words.join('; ') || 'manual';
}
