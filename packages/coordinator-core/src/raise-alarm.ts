import type { StateAlarm, UmbraError } from '@umbracore/contracts';
import type { CoordinatorPorts } from './ports.ts';

const alarming: readonly StateAlarm['code'][] = ['state.damaged', 'state.read-only', 'state.full', 'state.newer'];

/** Tells of a store that refuses, by ways that do not need the store. Other errors are nobody's alarm. */
export function raiseAlarm({ events, clock, log }: CoordinatorPorts, { code, message, hint }: UmbraError): void {
  const alarm = alarming.find((known) => known === code);
  if (alarm === undefined) return;
  log.error({ code, message }, 'The state cannot be written');
  const advice = hint ?? 'Look at the disk and the folder of the state.';
  events.publish({ type: 'state.alarm', time: clock.now(), alarm: { code: alarm, message, hint: advice } });
}
