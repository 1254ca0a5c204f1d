import { UmbraError, type RunRecord } from '@umbracore/contracts';
import type { History } from '@umbracore/runtime';
import { jobNamed } from '@umbracore/runtime/history';

/** How many of the newest runs an abbreviated id is looked for in. */
const depth = 1000;

/** The run with this id or the start of one, or the newest run of this job. Throws `usage.unknown-run`, `usage.unknown-job`. */
export async function findRun({ store, configuration }: History, text: string): Promise<RunRecord> {
  const exact = await store.run(text);
  if (exact !== undefined) return exact;
  if (text.startsWith('r-')) {
    const [found, ...more] = (await store.runs({ limit: depth })).filter(({ id }) => id.startsWith(text));
    if (found !== undefined && more.length === 0) return found;
    const problem = found === undefined ? `there is no run "${text}"` : `several runs start with "${text}"`;
    throw new UmbraError('usage.unknown-run', problem, { hint: 'Find it with `umbra history`.' });
  }
  const [newest] = await store.runs({ job: text, limit: 1 });
  if (newest !== undefined) return newest;
  jobNamed(configuration, text);
  throw new UmbraError('usage.unknown-run', `the job "${text}" never ran`, { hint: `Run it: umbra run ${text}.` });
}
