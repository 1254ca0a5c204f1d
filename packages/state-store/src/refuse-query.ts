import { UmbraError } from '@umbracore/contracts';
import type { RunQuery } from '@umbracore/contracts';

/**
 * Throws `usage.invalid` for a question that no history can answer. SQLite would refuse some of them as if the file were damaged,
 * and take others for something else.
 */
export function refuseQuery({ limit, since, until }: RunQuery): void {
  if (limit !== undefined) refuseLimit(limit);
  for (const [name, at] of Object.entries({ since, until }))
    if (Number.isNaN(at)) throw invalid(`${name} is no time`, 'Give a time, or leave it out.');
}

export function refuseLimit(limit: number): void {
  if (!Number.isSafeInteger(limit) || limit < 0)
    throw invalid(`limit is ${limit}`, 'Use a whole number of 0 or more, or none for everything.');
}

const invalid = (message: string, hint: string): UmbraError => new UmbraError('usage.invalid', message, { hint });
