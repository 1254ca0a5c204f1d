import { TOKENS } from '@umbracore/contracts';
import { ContainerModule } from 'inversify';
import { calendar } from './calendar.ts';
import { timetables } from './timetable/timetables.ts';

/** Binds `Calendar` and `Timetables`. */
export const schedulerModule = new ContainerModule(({ bind }) => {
  bind(TOKENS.Calendar).toConstantValue(calendar);
  bind(TOKENS.Timetables).toConstantValue(timetables);
});
