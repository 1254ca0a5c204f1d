import type { NotifierKind, Severity } from '@umbracore/contracts';
import { sendJson, under } from './http.ts';

const priorities: Readonly<Record<Severity, number>> = { info: 2, warning: 5, error: 8 };

/** `gotify`: a message of an application of a Gotify server. */
export function gotify(): NotifierKind {
  return {
    kind: 'gotify',
    text: 'a push message by Gotify',
    settings: {
      url: { type: 'text', required: true, text: 'the address of the server' },
      token: { type: 'secret', required: true, text: 'the token of the application' },
    },
    async send({ subject, text, severity }, values, signal) {
      const body = { title: subject, message: text, priority: priorities[severity] };
      const headers = { 'x-gotify-key': values.text('token') ?? '' };
      await sendJson(under(values.text('url') ?? '', 'message'), body, signal, headers);
    },
  };
}
