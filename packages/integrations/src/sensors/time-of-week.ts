import { utcOffsetIn, type Clock, type Sensor } from '@umbracore/contracts';
import { refusal } from '../conditions/condition.ts';
import { plain, sensor } from './sensor.ts';

const dayMinutes = 24 * 60;
const names = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;

/** `between: 22:00-07:00`: the time of day, in the zone of the policy. The end is not included. */
export function betweenSensor(clock: Clock): Sensor {
  return sensor(clock, {
    kind: 'between',
    parse(options) {
      const parts = typeof options === 'string' ? /^(\d{1,2}):(\d\d)\s?-\s?(\d{1,2}):(\d\d)$/u.exec(options) : null;
      const [fromHour = 99, fromMinute = 99, toHour = 99, toMinute = 99] = (parts ?? []).slice(1).map(Number);
      const isTime = (hour: number, minute: number): boolean => minute < 60 && hour * 60 + minute <= dayMinutes;
      if (isTime(fromHour, fromMinute) && isTime(toHour, toMinute))
        return { from: fromHour * 60 + fromMinute, to: toHour * 60 + toMinute };
      throw refusal('between', 'is no stretch of a day', "write between: '22:00-07:00'");
    },
    look({ from, to }, { zone }) {
      const { minute, text } = localTime(clock, zone);
      const isOver = from < to ? minute >= from && minute < to : minute >= from || minute < to;
      return plain(isOver, text);
    },
  });
}

/** `days: [Sat, Sun]`: today is one of them, in the zone of the policy. */
export function daysSensor(clock: Clock): Sensor {
  return sensor(clock, {
    kind: 'days',
    parse(options) {
      const list: readonly unknown[] = Array.isArray(options) ? options : [options];
      const days = list.map((day) => names.findIndex((name) => name === day));
      if (days.length > 0 && !days.includes(-1)) return days;
      throw refusal('days', 'has a day that is none', 'write days: [Sat, Sun]');
    },
    look(days, { zone }) {
      const { day, text } = localTime(clock, zone);
      return plain(days.includes(day), text);
    },
  });
}

function localTime(
  clock: Clock,
  zone: string,
): { readonly day: number; readonly minute: number; readonly text: string } {
  const now = clock.now();
  const shown = new Date(now + utcOffsetIn(zone)(now));
  const day = shown.getUTCDay();
  const minute = shown.getUTCHours() * 60 + shown.getUTCMinutes();
  return { day, minute, text: `${names[day] ?? ''} ${shown.toISOString().slice(11, 16)}` };
}
