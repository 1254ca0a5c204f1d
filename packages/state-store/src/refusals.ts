import { isUmbraError, type StateAlarm } from '@umbracore/contracts';
import type { Alarms } from './alarms.ts';
import type { Ledger } from './ledger.ts';

/** What ends by itself as soon as somebody makes room or gives the right to write back. */
const passing: readonly StateAlarm['code'][] = ['state.full', 'state.read-only'];

/** The same ledger. From a write that its disk refused until the next one that it takes, that is an alarm. */
export function tellingRefusals(ledger: Ledger, alarms: Alarms): Ledger {
  return {
    ...ledger,
    async write(work) {
      try {
        const result = await ledger.write(work);
        alarms.endRefusal();
        return result;
      } catch (thrown) {
        const code = isUmbraError(thrown) ? passing.find((known) => known === thrown.code) : undefined;
        if (isUmbraError(thrown) && code !== undefined) {
          alarms.beginRefusal({ code, message: thrown.message, hint: thrown.hint ?? 'Look at the state folder.' });
        }
        throw thrown;
      }
    },
  };
}
