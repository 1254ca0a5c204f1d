import type { StateAlarm } from '@umbracore/contracts';
import type { Session } from '../session.ts';
import { printable } from './printable.ts';

/** What a person must know about the state, beside the answer; said even when nothing else is to be. */
export function tellAlarms({ stderr, signs }: Session, alarms: readonly StateAlarm[]): void {
  for (const { message, hint } of alarms) {
    stderr.line(`${stderr.style.red(signs.bad)} ${printable(message)} ${printable(hint)}`);
  }
}
