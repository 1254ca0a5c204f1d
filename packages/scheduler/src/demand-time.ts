import { type Instant, UmbraError } from '@umbracore/contracts';

/** Throws `usage.invalid` for what is no time, such as what `Date.parse` gives for a date that it does not know. */
export function demandTime(at: Instant): void {
  if (Number.isFinite(at)) return;
  throw new UmbraError('usage.invalid', `${at} is no time`, {
    hint: 'Give milliseconds since 1970, such as Date.now().',
  });
}
