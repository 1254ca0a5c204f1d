import { toUmbraError, type Finding } from '@umbracore/contracts';

/** How something stands that could not be looked at. */
export function failureOf(thrown: unknown): Pick<Finding, 'standing' | 'text' | 'code' | 'fix'> {
  const { code, message, hint } = toUmbraError(thrown);
  return { standing: 'bad', text: message, code, ...(hint === undefined ? {} : { fix: hint }) };
}
