import type { Timetables } from '@umbracore/contracts';
import { JobTimetable } from './timetable.ts';

export const timetables: Timetables = { create: (host) => new JobTimetable(host) };
