import type { RunScope } from './run-scope.ts';

/** True of what ends no run: this coordinator has to go, and the next one goes on with it. */
export const isLeftOpen = ({ closing, leaving }: Pick<RunScope, 'closing' | 'leaving'>, thrown: unknown): boolean =>
  [closing, leaving].some((signal) => signal.aborted && thrown === signal.reason);
