import { createHmac } from 'node:crypto';
import type { ChannelValues, Message, NotifierKind } from '@umbracore/contracts';
import { UmbraError } from '@umbracore/contracts';
import { sendHttp } from './http.ts';
import { fields, filledIn, namesIn } from './template.ts';

/**
 * `webhook`: one HTTP request. With a secret it is signed as Standard Webhooks say: `webhook-id`, `webhook-timestamp`, and in
 * `webhook-signature` the HMAC-SHA256 over both and the body.
 */
export function webhook(): NotifierKind {
  return {
    kind: 'webhook',
    text: 'an HTTP request with JSON or a template, signed if there is a secret',
    settings: {
      url: { type: 'text', required: true, text: 'where it goes' },
      method: { type: 'text', choices: ['POST', 'PUT'], text: 'POST unless it is said' },
      secret: { type: 'secret', text: 'signs each request (HMAC-SHA256, Standard Webhooks)' },
      headers: { type: 'map', text: 'further headers, each a text or a reference to a secret' },
      template: { type: 'text', text: 'the body, with {{subject}}, {{text}}, {{event}}, {{job}} and more' },
      contentType: { type: 'text', text: 'application/json unless it is said; in JSON what is filled in is escaped' },
    },
    check(values) {
      const unknown = namesIn(values.text('template') ?? '').find((name) => !(name in fields));
      if (unknown === undefined) return;
      throw new UmbraError('config.invalid-value', `a template has no {{${unknown}}}`, {
        hint: `use: ${Object.keys(fields).join(', ')}`,
        context: { setting: 'template' },
      });
    },
    async send(message, values, signal) {
      const url = values.text('url') ?? '';
      const body = bodyOf(message, values);
      const headers = {
        'content-type': typeOf(values),
        'webhook-id': message.id,
        ...lowerCased(values.map('headers')),
        ...signature(message, body, values.text('secret')),
      };
      await sendHttp({ url, method: values.text('method') === 'PUT' ? 'PUT' : 'POST', headers, body }, signal);
    },
  };
}

const typeOf = (values: ChannelValues): string => values.text('contentType') ?? 'application/json';

function bodyOf(message: Message, values: ChannelValues): string {
  const template = values.text('template');
  if (template !== undefined) return filledIn(template, message, typeOf(values).includes('json'));
  const { id, subject, text, severity, event, host, at, notices } = message;
  const time = new Date(at).toISOString();
  const told = notices.map((notice) => ({ ...notice, at: new Date(notice.at).toISOString() }));
  return JSON.stringify({
    schema: 'umbra.notification/1',
    id,
    time,
    host,
    event,
    severity,
    subject,
    text,
    notices: told,
  });
}

function signature({ id, at }: Message, body: string, secret: string | undefined): Record<string, string> {
  if (secret === undefined) return {};
  const timestamp = String(Math.floor(at / 1000));
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : secret;
  const sum = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${sum}` };
}

const lowerCased = (headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
