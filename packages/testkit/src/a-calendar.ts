import { UmbraError, type Calendar } from '@umbracore/contracts';

/** A calendar on which nothing is ever due and any time is open, for tests that bring what they need. */
export function aCalendar(overrides: Partial<Calendar> = {}): Calendar {
  return {
    parse: (text, zone) => ({ recurrence: { type: 'manual' }, zone, text }),
    next: () => undefined,
    previous: () => undefined,
    between: () => ({ slots: [], left: undefined }),
    opening: (_schedule, at) => ({ from: at, to: Infinity }),
    startOf: (_schedule, { at }) => at,
    parsePeriod: (text) => {
      throw new UmbraError('schedule.syntax', `${text} is not read in this test`);
    },
    ...overrides,
  };
}
