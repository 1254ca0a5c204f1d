import { isUmbraError, UmbraError } from '@umbracore/contracts';
import { oneLine } from '../checked-kind.ts';
import { readyWithinMs } from './in-time.ts';

/** What the code of a plug-in threw, as a failure of the plug-in: no other can be told by it from a bug of ours. */
export function faultOf(name: string, when: string, thrown: unknown): UmbraError {
  if (isUmbraError(thrown)) return thrown;
  const reason = oneLine(thrown instanceof Error ? thrown.message : thrown);
  return new UmbraError('plugin.invalid', `the plug-in ${name} failed when it ${when}: ${reason}`, {
    hint: 'Try it alone with `umbra plugin check`; mend it, or take it out of the configuration.',
    cause: thrown,
  });
}

export const notRegistered = (name: string): UmbraError =>
  new UmbraError('plugin.invalid', `the plug-in ${name} was not registered within ${readyWithinMs / 1000} s`, {
    hint: 'Let it do what takes long when it is asked for it, and not in `register`.',
  });
