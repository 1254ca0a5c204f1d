import { once } from 'node:events';
import { UmbraError } from '@umbracore/contracts';
import type { Session } from '../session.ts';

/** Questions on standard error, so that standard output stays the answer. Loaded only when something is asked. */
const clack = () => import('@clack/prompts');

export interface Question {
  readonly message: string;
  /** The flag that answers it without asking. */
  readonly flag: string;
  readonly initial?: string;
  readonly validate?: (answer: string) => string | undefined;
}

/** Asks for a line of text. Throws `usage.confirmation-needed` where nobody can answer. */
export async function askText(session: Session, question: Question): Promise<string> {
  demandPerson(session, question);
  const { text } = await clack();
  const { initial, validate } = question;
  return await given<string>(
    text({
      message: `${question.message} (${question.flag})`,
      output: process.stderr,
      signal: session.interrupt.signal,
      ...(initial === undefined ? {} : { placeholder: initial, defaultValue: initial }),
      validate: (typed) => validate?.(typed === undefined || typed === '' ? (initial ?? '') : typed),
    }),
  );
}

/** Asks for something that does not show while it is typed. */
export async function askSecret(session: Session, question: Pick<Question, 'message' | 'flag'>): Promise<string> {
  demandPerson(session, question);
  const { password } = await clack();
  return await given<string>(
    password({
      message: question.message,
      output: process.stderr,
      signal: session.interrupt.signal,
      validate: (typed) => (typed === undefined || typed === '' ? 'An empty one is none.' : undefined),
    }),
  );
}

export interface Choice<T extends string> {
  readonly value: T;
  readonly label: string;
}

/** Asks to choose one. */
export async function askChoice<T extends string>(
  session: Session,
  question: Pick<Question, 'message' | 'flag'>,
  choices: readonly Choice<T>[],
): Promise<T> {
  demandPerson(session, question);
  const { select } = await clack();
  const message = `${question.message} (${question.flag})`;
  const options: Choice<string>[] = [...choices];
  const answer = await given<string>(
    select<string>({ message, options, output: process.stderr, signal: session.interrupt.signal }),
  );
  const chosen = choices.find(({ value }) => value === answer);
  if (chosen === undefined) throw new UmbraError('run.cancelled', 'nothing was chosen');
  return chosen.value;
}

/** Asks yes or no; `-y` answers yes. */
export async function confirm(session: Session, message: string, initial: boolean): Promise<boolean> {
  if (session.globals.yes === true) return true;
  demandPerson(session, { message, flag: '-y' });
  const { confirm: ask } = await clack();
  return await given<boolean>(
    ask({ message, initialValue: initial, output: process.stderr, signal: session.interrupt.signal }),
  );
}

function demandPerson(session: Session, { message, flag }: Pick<Question, 'message' | 'flag'>): void {
  if (session.canPrompt) return;
  throw new UmbraError('usage.confirmation-needed', `this needs an answer, and nobody can be asked: ${message}`, {
    hint: `Answer it with ${flag}.`,
  });
}

/** At the end of the input, as by Ctrl-D, the library never answers: where nothing is left that could happen, that was it. */
async function given<T extends string | boolean>(asked: Promise<T | symbol>): Promise<T> {
  const over = new AbortController();
  const ended = once(process, 'beforeExit', { signal: over.signal }).then(
    () => Symbol('end of input'),
    () => Symbol('answered'),
  );
  try {
    const answer = await Promise.race([asked, ended]);
    if (typeof answer === 'symbol')
      throw new UmbraError('run.cancelled', 'cancelled at a question; nothing was changed');
    return answer;
  } finally {
    over.abort();
  }
}
