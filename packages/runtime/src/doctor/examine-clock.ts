import type { Finding } from '@umbracore/contracts';
import type { DoctorSources } from './sources.ts';

/** A computer whose battery ran out wakes up long before this. */
const plausibleFrom = Date.UTC(2025, 0, 1);

export async function* examineClock({
  clock,
  configuration,
}: Pick<DoctorSources, 'clock' | 'configuration'>): AsyncGenerator<Finding> {
  const base = { area: 'clock', subject: 'clock' } as const;
  const now = clock.now();
  if (now < plausibleFrom) {
    yield { ...base, standing: 'bad', text: `the clock says ${new Date(now).toISOString()}`, fix: 'set the time' };
    return;
  }
  yield { ...base, standing: 'good', text: `zone ${configuration.timezone}` };
}
