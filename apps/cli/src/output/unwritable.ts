import { getSystemErrorMessage } from 'node:util';
import { UmbraError } from '@umbracore/contracts';

/** An answer that is not there must not look like one. */
export function unwritable(cause: NodeJS.ErrnoException): UmbraError {
  const reason = cause.errno === undefined ? cause.message : getSystemErrorMessage(cause.errno);
  return new UmbraError('output.unwritable', `standard output cannot be written: ${reason}`, {
    hint: 'What was done stays done, but the answer is lost or not whole: make room there, or send it somewhere else.',
    cause,
  });
}
