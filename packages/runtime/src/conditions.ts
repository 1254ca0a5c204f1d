import {
  UmbraError,
  type Clock,
  type ConditionKind,
  type Conditions,
  type ConditionState,
  type DurationMs,
} from '@umbracore/contracts';
import { checkKind, oneLine } from './checked-kind.ts';

/** No kind may keep a decision waiting for longer than this. */
const deadlineMs: DurationMs = 15_000;

type Seen = Pick<ConditionState, 'met' | 'text'>;

const notMet = (text: string): Seen => ({ met: false, text });

/** Looks at conditions through the kinds that plug-ins brought. */
export function conditionsOf(kinds: ReadonlyMap<string, ConditionKind>, clock: Clock): Conditions {
  const look = sharedLooks(clock);
  return {
    async evaluate(rules, signal) {
      return Promise.all(
        rules.map(async (rule): Promise<ConditionState> => {
          const kind = kinds.get(rule.kind);
          if (kind === undefined) return { rule, ...notMet(`no plug-in brings the condition ${rule.kind}`) };
          return { rule, ...(await unlessAborted(look(kind, rule.options), signal)) };
        }),
      );
    },
    check: (rule) => checkKind('condition', rule, kinds),
    kinds: () => [...kinds.keys()],
  };
}

/**
 * Looks that are asked for while the same one is under way share its answer: a thousand jobs that are due at once ask the
 * system once. One that overran its deadline is not begun again until it has come back, so that what hangs cannot pile up.
 */
function sharedLooks(clock: Clock): (kind: ConditionKind, options: unknown) => Promise<Seen> {
  const underWay = new Map<unknown, Promise<Seen>>();
  return (kind, options) => {
    const key = keyOf(kind, options);
    const begun = underWay.get(key);
    if (begun !== undefined) return begun;
    const late = new AbortController();
    const look = seenBy(kind, options, late.signal).finally(() => underWay.delete(key));
    const answer = inTime(look, late, clock);
    underWay.set(key, answer);
    return answer;
  };
}

/** Equal for equal options; options that are no JSON, which only a program can give, are equal to nothing. */
function keyOf({ kind }: ConditionKind, options: unknown): unknown {
  try {
    return JSON.stringify([kind, options]);
  } catch {
    return {};
  }
}

async function seenBy(kind: ConditionKind, options: unknown, signal: AbortSignal): Promise<Seen> {
  try {
    const { met, text }: { readonly met: unknown; readonly text: unknown } = await kind.evaluate(options, signal);
    // Strangers write kinds too: only a plain yes counts.
    return { met: met === true, text: oneLine(text) };
  } catch (thrown) {
    return notMet(`could not be looked at: ${oneLine(thrown instanceof Error ? thrown.message : thrown)}`);
  }
}

async function inTime(look: Promise<Seen>, late: AbortController, clock: Clock): Promise<Seen> {
  const done = new AbortController();
  const deadline = clock.sleep(deadlineMs, done.signal).then(
    () => {
      late.abort(new UmbraError('run.deadline', `There was no answer within ${deadlineMs / 1000} s`));
      return notMet(`there was no answer within ${deadlineMs / 1000} s`);
    },
    () => notMet('not looked at'),
  );
  const answer = await Promise.race([look, deadline]);
  done.abort();
  return answer;
}

async function unlessAborted(look: Promise<Seen>, signal: AbortSignal | undefined): Promise<Seen> {
  if (signal === undefined) return look;
  const seen = new AbortController();
  const aborted = new Promise<Seen>((resolve) => {
    const abort = () => resolve(notMet('not looked at: cancelled'));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true, signal: seen.signal });
  });
  const answer = await Promise.race([aborted, look]);
  seen.abort();
  return answer;
}
