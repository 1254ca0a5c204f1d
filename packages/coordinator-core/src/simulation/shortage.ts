import type { JobDefinition } from '@umbracore/contracts';
import { resourcesOf, type Capacities } from '../dispatch/resources.ts';
import type { Hold, SimulatedRun } from './simulated-run.ts';

interface User {
  readonly run: SimulatedRun;
  readonly job: JobDefinition;
}

/** What a run that was not admitted has to wait for: the first resource with too little room, else room kept for an older run. */
export function shortageAmong(working: readonly User[], { run, job }: User, capacities: Capacities): Hold {
  const code = 'resource';
  for (const { resource, units } of resourcesOf(job, run.repository)) {
    const capacity = capacities(resource);
    const by = working.filter((other) => unitsOf(other, resource, capacity) > 0);
    const taken = by.reduce((sum, other) => sum + unitsOf(other, resource, capacity), 0);
    const wanted = units === 'all' ? capacity : Math.min(units, capacity);
    if (taken + wanted > capacity) {
      return { code, text: `${resource} has room for ${capacity}`, by: by.map((other) => other.run.id) };
    }
  }
  return { code, text: 'What it needs is kept free for an older run', by: [] };
}

function unitsOf({ run, job }: User, resource: string, capacity: number): number {
  return resourcesOf(job, run.repository)
    .filter((use) => use.resource === resource)
    .reduce((sum, { units }) => sum + (units === 'all' ? capacity : Math.min(units, capacity)), 0);
}
