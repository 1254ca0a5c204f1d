export { calendar } from './calendar.ts';
export { type ScheduleObject, scheduleFromObject } from './schedule-from-object.ts';
export { timetables } from './timetable/timetables.ts';
