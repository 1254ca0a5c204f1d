import type { JobDefinition } from '@umbracore/contracts';
import { circleFindings, type PlacedEdge } from '../chains/circles.ts';
import type { Collection, Entry } from '../reading/collect.ts';
import type { CompletedChain } from '../chains/complete-chain.ts';
import type { CompletedJob } from '../jobs/complete-job.ts';
import { placeIn, strongestAt } from '../jobs/layers.ts';
import type { Path } from '../reading/path.ts';
import { list } from '../list.ts';
import { upstreams, type ChainMembers } from './references.ts';
import type { JobFields } from '../schema/job.ts';
import { nearestSpan, type Finding } from '../reading/source-text.ts';

/** A job that wants more of something than there is would wait for ever. */
export function checkUses(jobs: readonly CompletedJob[], resources: ReadonlyMap<string, number>): readonly Finding[] {
  return jobs.flatMap(({ id, job, layers }) =>
    (job?.uses ?? []).flatMap(({ resource, units }): readonly Finding[] => {
      const room = resources.get(resource);
      const layer = strongestAt(layers, ['uses']);
      const place = layer && placeIn(layer, ['uses', resource]);
      if (place === undefined || room === undefined || units === 'all' || units <= room) return [];
      const message = `job "${id}" uses ${units} of "${resource}", which has room for ${room}`;
      return [{ code: 'config.invalid-value', message, hint: `write at most ${room}, or all`, ...place }];
    }),
  );
}

/** Snapshots are those of backups. */
export function checkSnapshotJobs(
  { jobs, profiles }: Collection,
  definitions: ReadonlyMap<string, JobDefinition>,
): readonly Finding[] {
  const entries: readonly Entry<JobFields>[] = [...jobs.values(), ...profiles.values()];
  return entries.flatMap(({ value, source, path }) =>
    (['copy', 'forget', 'drill'] as const).flatMap((field) => {
      const map = value[field];
      const written = map === true ? undefined : map?.jobs;
      return list(written).flatMap((name, index): readonly Finding[] => {
        const kind = definitions.get(name)?.kind;
        if (kind === undefined || kind === 'backup') return [];
        const inner: Path = [field, 'jobs', ...(Array.isArray(written) ? [index] : [])];
        return [
          {
            code: 'config.invalid-value',
            message: `"${name}" is a ${kind} job, which makes no snapshots`,
            hint: 'name a job with sources',
            source,
            span: nearestSpan(source, [...path, ...inner], 'value'),
          },
        ];
      });
    }),
  );
}

/**
 * Jobs that start each other for ever: because one is due after the other one, or because one is a chain that the other one is
 * in.
 */
export function triggerCircles(
  completed: readonly (CompletedJob | CompletedChain)[],
  { chains }: Collection,
  members: ChainMembers,
): readonly Finding[] {
  const afterEdges = completed.flatMap(({ id, layers }) => {
    const entry = strongestAt(layers, ['after'])?.entry;
    return entry === undefined
      ? []
      : upstreams(entry.value.after).map(({ name, path }) => edgeIn(entry, path, name, id));
  });
  const follows = new Set(afterEdges.map(({ from, to }) => `${from} ${to}`));
  const memberEdges = [...chains.values()].flatMap((chain) =>
    (members.get(chain.name) ?? []).map(({ job, path }) => edgeIn(chain, path, chain.name, job)),
  );
  return circleFindings(
    completed.map(({ id }) => id),
    [...afterEdges, ...memberEdges],
    (shown, circle) => {
      const alone = circle.slice(1).every((to, index) => follows.has(`${circle[index]} ${to}`));
      return {
        message: `chain goes round in a circle: ${shown}`,
        hint: alone
          ? 'remove one "after:" so that some job can start'
          : 'remove one "after:", or take one of them out of its chain, so that they come to an end',
      };
    },
  );
}

const edgeIn = ({ source, path }: Entry<unknown>, inner: Path, from: string, to: string): PlacedEdge => ({
  from,
  to,
  place: () => ({ source, span: nearestSpan(source, [...path, ...inner], 'value') }),
});
