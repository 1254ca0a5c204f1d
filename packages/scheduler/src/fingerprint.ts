import type { Recurrence, Schedule } from '@umbracore/contracts';
import { createHash } from 'node:crypto';

const known = new WeakMap<Schedule, string>();

/** Changes with the slots of a schedule, not with its words, and not with what windows and jitter make of the slots. */
export function fingerprintOf(schedule: Schedule): string {
  const fingerprint = known.get(schedule) ?? newFingerprint(schedule);
  known.set(schedule, fingerprint);
  return fingerprint;
}

function newFingerprint({ recurrence, zone }: Schedule): string {
  const meaning = recurrence.type === 'interval' ? essence(recurrence) : [...essence(recurrence), zone];
  return createHash('sha256').update(JSON.stringify(meaning)).digest('hex').slice(0, 12);
}

function essence(recurrence: Recurrence): readonly unknown[] {
  const { type } = recurrence;
  switch (type) {
    case 'manual':
      return [type];
    case 'interval':
      return [type, recurrence.everyMs];
    case 'hourly':
      return [type, recurrence.minute];
    case 'daily':
      return [type, recurrence.at.hour, recurrence.at.minute];
    case 'weekly':
      return [
        type,
        [...new Set(recurrence.days)].toSorted((one, other) => one - other),
        recurrence.at.hour,
        recurrence.at.minute,
      ];
    case 'monthly':
      return [type, recurrence.day, recurrence.at.hour, recurrence.at.minute];
    case 'cron':
      return [type, recurrence.expression.trim().split(/\s+/)];
    default:
      return type satisfies never;
  }
}
