import { isDeepStrictEqual } from 'node:util';
import type { Entry } from '../reading/collect.ts';
import { list } from '../list.ts';
import type { Path } from '../reading/path.ts';
import type { PlainFields } from './plain-fields.ts';
import type { JobFields } from '../schema/job.ts';
import { nearestSpan, type Finding } from '../reading/source-text.ts';

/** Fields that a schedule may say for its job, with the name that they have there. */
export const fromSchedule = {
  retry: 'retryStrategy',
  maxRuntime: 'maxRuntime',
  atLeastEvery: 'atLeastEvery',
  staleAfter: 'staleAfter',
  overlap: 'overlap',
} as const;

type Timing = Pick<PlainFields, keyof typeof fromSchedule>;

/** What the schedules say for the job. */
export function timingIn(schedule: JobFields['schedule']): Timing {
  const maps = list(schedule).filter((item) => typeof item !== 'string');
  return Object.fromEntries(
    Object.entries(fromSchedule).flatMap(([field, key]) => {
      const said = maps.map((map) => map[key]).find((value) => value !== undefined);
      return said === undefined ? [] : [[field, said]];
    }),
  );
}

/** What a job says twice, differently: there is one such value for all of its schedules. */
export function checkTiming({ value, source, path }: Entry<JobFields>): readonly Finding[] {
  const schedules = list(value.schedule).map((item, index) => ({
    item,
    at: ['schedule', ...(Array.isArray(value.schedule) ? [index] : [])] satisfies Path,
  }));
  return Object.entries(fromSchedule).flatMap(([field, key]): readonly Finding[] => {
    const own = Object.entries(value).find(([name]) => name === field)?.[1];
    const said = [
      ...(own === undefined ? [] : [{ value: own, at: [field] as Path }]),
      ...schedules.flatMap(({ item, at }) =>
        typeof item === 'string' || item[key] === undefined ? [] : [{ value: item[key], at: [...at, key] as Path }],
      ),
    ];
    const other = said.find((one) => !isDeepStrictEqual(one.value, said[0]?.value));
    if (other === undefined) return [];
    return [
      {
        code: 'config.invalid-value',
        message: `"${key}" is said twice, and there is one for the whole job`,
        hint: 'keep one of them, or make two jobs',
        source,
        span: nearestSpan(source, [...path, ...other.at], 'value'),
      },
    ];
  });
}
