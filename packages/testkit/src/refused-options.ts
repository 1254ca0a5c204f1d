import { isUmbraError } from '@umbracore/contracts';
import { ok, throws } from 'node:assert/strict';

/** Something of a plug-in that has options in the configuration. */
interface Checked {
  readonly kind: string;
  check(options: unknown): void;
}

/** Fails unless each of the options is refused by name, with what to write instead. */
export function refuses(kind: Checked, refused: readonly unknown[]): void {
  ok(refused.length > 0, 'no options are named that it refuses');
  for (const options of refused) {
    throws(
      () => kind.check(options),
      (thrown) =>
        isUmbraError(thrown) &&
        thrown.code === 'config.invalid-value' &&
        thrown.hint !== undefined &&
        thrown.message.includes(kind.kind),
      `it should refuse ${JSON.stringify(options)} by name, with a hint`,
    );
  }
}

/** A value that nobody can change. */
export function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) frozen(inner);
  return Object.freeze(value);
}
