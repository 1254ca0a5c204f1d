import type { NotifierKind, Severity } from '@umbracore/contracts';
import { addressOf, basicLogin, cutToBytes, sendJson } from './http.ts';

/** In bytes. What is longer than 4096 the server takes for an attachment, and twice as much for too large a request. */
const longestText = 3500;
const longestTitle = 250;

const priorities: Readonly<Record<Severity, number>> = { info: 2, warning: 3, error: 4 };
const tags: Readonly<Record<Severity, string>> = {
  info: 'white_check_mark',
  warning: 'warning',
  error: 'rotating_light',
};

/** `ntfy`: a message to a topic, as JSON to the root of its server. */
export function ntfy(): NotifierKind {
  return {
    kind: 'ntfy',
    text: 'a push message by ntfy',
    settings: {
      url: { type: 'text', required: true, text: 'the topic, such as https://ntfy.example.net/backups' },
      token: { type: 'secret', text: 'an access token' },
      user: { type: 'text', text: 'a user, with a password instead of a token' },
      password: { type: 'secret', text: 'of the user' },
    },
    async send({ subject, text, severity }, values, signal) {
      const url = addressOf(values.text('url') ?? '');
      const topic = decodeURIComponent(url.pathname.replaceAll(/^\/+|\/+$/g, ''));
      const body = {
        topic,
        title: cutToBytes(subject, longestTitle),
        message: cutToBytes(text, longestText),
        priority: priorities[severity],
        tags: [tags[severity]],
      };
      const [token, user, password] = [values.text('token'), values.text('user'), values.text('password')];
      const basic = user === undefined ? undefined : basicLogin(user, password ?? '');
      const authorization = token === undefined ? basic : `Bearer ${token}`;
      const root = new URL('/', url);
      await sendJson(root.href, body, signal, authorization === undefined ? {} : { authorization });
    },
  };
}
