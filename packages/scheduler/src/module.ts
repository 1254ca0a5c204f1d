import { TOKENS } from '@umbracore/contracts';
import { ContainerModule } from 'inversify';
import { calendar } from './calendar.ts';

/** Binds `Calendar`. */
export const schedulerModule = new ContainerModule(({ bind }) => {
  bind(TOKENS.Calendar).toConstantValue(calendar);
});
