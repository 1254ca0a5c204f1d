import { Secret, type ChannelValues, type Message, type NotifierKind } from '@umbracore/contracts';
import { builtinNotifiers } from '../src/index.ts';

export const secretText = 'canary-9c41-never-shown';
export const aSecret = new Secret(secretText);

export const at = Date.UTC(2026, 10, 26, 2, 4);

export const aMessage = (changes: Partial<Message> = {}): Message => ({
  id: 'r-1:failed|phone',
  subject: 'attic: documents to home failed',
  text: 'documents to home failed on attic\nWhy: it is <locked> & "kept" by \\ 日本',
  severity: 'error',
  event: 'failed',
  notices: [
    {
      id: 'r-1:failed',
      event: 'failed',
      severity: 'error',
      at,
      job: 'documents',
      kind: 'backup',
      repository: 'home',
      run: 'r-1',
      what: 'documents to home failed',
      why: 'it is "locked"',
      advice: 'Wait.',
      command: 'umbra show r-1',
      details: [],
    },
  ],
  at,
  host: 'attic',
  ...changes,
});

type Given = string | number | boolean | readonly string[] | Readonly<Record<string, string>>;

/** Settings as a kind gets them, with secrets resolved. */
export function valuesOf(given: Readonly<Record<string, Given>>): ChannelValues {
  const of = (name: string): Given | undefined => given[name];
  return {
    text(name) {
      const value = of(name);
      return typeof value === 'string' ? value : undefined;
    },
    texts: (name) => [of(name) ?? []].flat() as readonly string[],
    number: (name) => Number(of(name)),
    flag: (name) => Boolean(of(name)),
    map: (name) => (of(name) ?? {}) as Readonly<Record<string, string>>,
  };
}

export function kindNamed(name: string, env: Readonly<Record<string, string | undefined>> = process.env): NotifierKind {
  const kind = builtinNotifiers(env).find((one) => one.kind === name);
  if (kind === undefined) throw new Error(`there is no kind ${name}`);
  return kind;
}

export const send = (
  name: string,
  given: Readonly<Record<string, Given>>,
  message = aMessage(),
  signal = new AbortController().signal,
): Promise<void> => kindNamed(name).send(message, valuesOf(given), signal);
