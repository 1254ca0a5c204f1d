import type { NotifierKind, Severity } from '@umbracore/contracts';
import { cutTo, sendHttp, under } from './http.ts';

const longestTitle = 250;
const longestMessage = 1024;
const priorities: Readonly<Record<Severity, string>> = { info: '-1', warning: '0', error: '1' };

/** `pushover`: a push message by Pushover. */
export function pushover(): NotifierKind {
  return {
    kind: 'pushover',
    text: 'a push message by Pushover',
    settings: {
      token: { type: 'secret', required: true, text: 'the API token of your application' },
      user: { type: 'secret', required: true, text: 'the key of the user or group' },
      device: { type: 'text', text: 'only this device' },
      url: { type: 'text', text: 'another server that takes the same' },
    },
    async send({ subject, text, severity }, values, signal) {
      const device = values.text('device');
      const body = new URLSearchParams({
        token: values.text('token') ?? '',
        user: values.text('user') ?? '',
        title: cutTo(subject, longestTitle),
        message: cutTo(text, longestMessage),
        priority: priorities[severity],
        ...(device === undefined ? {} : { device }),
      });
      const url = under(values.text('url') ?? 'https://api.pushover.net', '1/messages.json');
      const headers = { 'content-type': 'application/x-www-form-urlencoded' };
      await sendHttp({ url, headers, body: body.toString() }, signal);
    },
  };
}
