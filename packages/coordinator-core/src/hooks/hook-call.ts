import type { HookDefinition, HookOccasion } from '@umbracore/contracts';
import type { Came } from './occasion.ts';

/** `EX_TEMPFAIL` of sysexits.h: of a hook before, "not now". */
export const notNow = 75;

/** A hook that is to run now. */
export interface HookCall {
  readonly hook: HookDefinition;
  /** Its place in the list of its phase. */
  readonly index: number;
  readonly occasion: HookOccasion;
  /** What the attempt came to, as far as that is known. */
  readonly came?: Came | undefined;
  readonly signal: AbortSignal;
  /** Told while it runs, so that nobody takes the attempt for one that hangs. */
  readonly alive: () => void;
}

/** How a hook ended. */
export interface HookEnd {
  /** Undefined if it did its work. */
  readonly problem: string | undefined;
  readonly isNotNow: boolean;
}

/** As people read of it: `hook before 1 (systemctl)`. */
export const nameOf = ({ occasion: { phase }, index, hook }: Pick<HookCall, 'occasion' | 'index' | 'hook'>): string =>
  `hook ${phase} ${index + 1} (${hook.use?.kind ?? hook.run[0] ?? ''})`;

export const lateText = ({ hook }: HookCall): string => `did not end within ${hook.timeoutMs / 1000} s`;
