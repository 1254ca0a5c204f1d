import {
  reasonOf,
  UmbraError,
  type Clock,
  type ConditionKind,
  type ConditionState,
  type DurationMs,
} from '@umbracore/contracts';

/** What was seen: whether the condition is met, and a sentence. */
export type Seen = Pick<ConditionState, 'met' | 'text'>;

interface ConditionParts<Options> {
  readonly kind: string;
  readonly deadlineMs: DurationMs;
  /** Throws `config.invalid-value` for options that make no sense. */
  readonly parse: (options: unknown) => Options;
  /** May throw: what cannot be found out is not met. The signal aborts when nobody waits for the answer any more. */
  readonly look: (options: Options, signal: AbortSignal) => Promise<Seen>;
}

/** A kind that answers in time whatever happens to its look. */
export function condition<Options>(clock: Clock, parts: ConditionParts<Options>): ConditionKind {
  const { kind, deadlineMs } = parts;
  return {
    kind,
    check: (options) => void parts.parse(options),
    async evaluate(options, signal) {
      const stop = new AbortController();
      const outer = new Promise<Seen>((resolve) => {
        const cancelled = () => resolve({ met: false, text: 'not looked at: cancelled' });
        if (signal.aborted) cancelled();
        signal.addEventListener('abort', cancelled, { once: true, signal: stop.signal });
      });
      const deadline = clock.sleep(deadlineMs, stop.signal).then(
        () => ({ met: false, text: `no answer within ${deadlineMs / 1000} s` }),
        () => outer,
      );
      const seen = signal.aborted ? outer : looked(parts, options, stop.signal);
      const answer = await Promise.race([seen, deadline, outer]);
      stop.abort();
      return answer;
    },
  };
}

async function looked<Options>(
  { parse, look }: ConditionParts<Options>,
  options: unknown,
  signal: AbortSignal,
): Promise<Seen> {
  try {
    return await look(parse(options), signal);
  } catch (thrown) {
    return { met: false, text: `cannot be found out: ${reasonOf(thrown)}` };
  }
}

/** The error for options that make no sense. */
export const refusal = (kind: string, what: string, hint: string): UmbraError =>
  new UmbraError('config.invalid-value', `${kind} ${what}`, { hint, context: { condition: kind } });

/** One text or a list of them, each accepted by `isGood`. */
export function textsOf(kind: string, options: unknown, hint: string, isGood = isFilled): readonly string[] {
  const list: readonly unknown[] = Array.isArray(options) ? options : [options];
  if (list.length > 0 && list.every((one) => typeof one === 'string' && isGood(one))) return list as readonly string[];
  throw refusal(kind, 'has a value that it does not understand', hint);
}

const isFilled = (text: string): boolean => text.trim() !== '';

export const quoted = (texts: readonly string[]): string => texts.map((text) => `"${text}"`).join(', ');
