import type { Calendar, Instant, Opening, Period, Schedule } from '@umbracore/contracts';
import { limitSentences, periodSentence, recurrenceSentence } from './sentence.ts';

/** What a text means: a schedule with the instants at which it is due, or a period with its next stretches. */
export type CheckedText =
  | { readonly type: 'schedule'; readonly sentence: string; readonly instants: readonly Instant[] }
  | { readonly type: 'period'; readonly sentence: string; readonly stretches: readonly Opening[] };

export interface CheckQuestion {
  readonly zone: string;
  readonly from: Instant;
  readonly count: number;
}

/** Reads a phrase, a cron expression or a period. Throws `schedule.*`, with the place in its context. */
export function checkText(calendar: Calendar, text: string, question: CheckQuestion): CheckedText {
  if (looksLikePeriod(text)) {
    const period = calendar.parsePeriod(text);
    return { type: 'period', sentence: periodSentence(period), stretches: stretchesOf(calendar, period, question) };
  }
  const schedule = calendar.parse(text, question.zone);
  const sentence = [recurrenceSentence(schedule.recurrence), ...limitSentences(schedule)].join('; ');
  return { type: 'schedule', sentence, instants: instantsOf(calendar, schedule, question) };
}

/** Decides whose refusal is shown: a stretch of hours, or a date. */
const looksLikePeriod = (text: string): boolean =>
  /\d\s*[-–]\s*\d{1,2}:\d\d/.test(text) || /\d{4}-\d\d?-\d\d?/.test(text);

function instantsOf(calendar: Calendar, schedule: Schedule, { from, count }: CheckQuestion): readonly Instant[] {
  const found: Instant[] = [];
  let slot = calendar.next(schedule, from);
  while (slot !== undefined && found.length < count) {
    found.push(slot.at);
    slot = calendar.next(schedule, slot.at);
  }
  return found;
}

function stretchesOf(calendar: Calendar, period: Period, { zone, from, count }: CheckQuestion): readonly Opening[] {
  const schedule: Schedule = { recurrence: { type: 'manual' }, zone, text: '', windows: [period] };
  const found: Opening[] = [];
  let opening = calendar.opening(schedule, from);
  while (opening !== undefined && found.length < count) {
    found.push(opening);
    opening = opening.to === Infinity ? undefined : calendar.opening(schedule, opening.to);
  }
  return found;
}
