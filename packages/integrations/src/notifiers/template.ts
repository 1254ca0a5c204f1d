import type { Message } from '@umbracore/contracts';

/** What a template may name. Of a digest, what belongs to one notice is empty. */
export const fields: Readonly<Record<string, (message: Message) => string>> = {
  id: ({ id }) => id,
  subject: ({ subject }) => subject,
  text: ({ text }) => text,
  event: ({ event }) => event,
  severity: ({ severity }) => severity,
  host: ({ host }) => host,
  time: ({ at }) => new Date(at).toISOString(),
  job: (message) => only(message)?.job ?? '',
  repository: (message) => only(message)?.repository ?? '',
  run: (message) => only(message)?.run ?? '',
  what: (message) => only(message)?.what ?? message.subject,
  why: (message) => only(message)?.why ?? '',
  advice: (message) => only(message)?.advice ?? '',
  command: (message) => only(message)?.command ?? '',
};

const only = ({ notices }: Message) => (notices.length === 1 ? notices[0] : undefined);

const placeholder = /\{\{\s*([A-Za-z]+)\s*\}\}/g;

export const namesIn = (template: string): readonly string[] =>
  [...template.matchAll(placeholder)].map(([, name]) => name ?? '');

/** What is filled in is never looked at for placeholders again. */
export function filledIn(template: string, message: Message, asJson: boolean): string {
  return template.replaceAll(placeholder, (_, name: string) => {
    const value = fields[name]?.(message) ?? '';
    return asJson ? JSON.stringify(value).slice(1, -1) : value;
  });
}
