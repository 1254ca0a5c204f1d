import type { Instant } from '@umbracore/contracts';

/** Such as `2026-01-05T12:00:00Z`; whoever shows it turns it into the reader's own words. */
export const instantText = (instant: Instant): string => new Date(instant).toISOString().replace(/\.\d+Z$/, 'Z');
