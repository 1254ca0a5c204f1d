import type { Finding } from '@umbracore/contracts';
import type { DoctorSources } from './sources.ts';

/** What the state says of itself, and whether every record of it is as it was sealed. */
export async function* examineState({ store, paths }: Pick<DoctorSources, 'store' | 'paths'>): AsyncGenerator<Finding> {
  const base = { area: 'state', subject: 'state' } as const;
  for (const { code, message, hint } of store.health.alarms) {
    yield { ...base, standing: 'bad', text: message, fix: hint, code };
  }
  const damaged = await store.audit();
  for (const { run, message } of damaged) {
    yield { ...base, standing: 'bad', subject: run, text: message, fix: `umbra show ${run}` };
  }
  if (store.health.alarms.length === 0 && damaged.length === 0) {
    yield {
      ...base,
      standing: 'good',
      text: `${paths.stateDir} is ${store.health.mode}, every finished record is intact`,
    };
  }
}
