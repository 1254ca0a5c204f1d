import type { UmbraError } from '@umbracore/contracts';

/** An error as `umbra.error/1`. */
export function errorDocument(error: UmbraError): Record<string, unknown> {
  const { code, exitCode, message, hint } = error.toRecord();
  const internal = code === 'internal' ? { stack: stackOf(error) } : {};
  return {
    schema: 'umbra.error/1',
    code,
    exitCode,
    message,
    hint,
    docs: `docs/errors/${code}.md`,
    ...problemsOf(error),
    ...placeOf(error),
    ...internal,
  };
}

/** What the configuration reader found, each with its place. */
function problemsOf({ context: { problems } }: UmbraError): { readonly problems?: readonly unknown[] } {
  return Array.isArray(problems) ? { problems } : {};
}

/** The text that was not understood, and what of it: `column` from 1. Errors of schedules know it. */
function placeOf({ context: { text, column, length } }: UmbraError): { readonly place?: unknown } {
  const isKnown = typeof text === 'string' && typeof column === 'number' && typeof length === 'number';
  return isKnown ? { place: { text, column, length } } : {};
}

/** Where a bug is. */
export function stackOf(error: UmbraError): string {
  const origin = error.cause instanceof Error ? error.cause : error;
  return origin.stack ?? String(origin);
}
