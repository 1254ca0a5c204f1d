import type { NotifierKind } from '@umbracore/contracts';
import { cutTo, sendJson } from './http.ts';

const longestContent = 2000;

/** `discord`: a webhook of a Discord channel. Nobody is ever called by a mention in what is told. */
export function discord(): NotifierKind {
  return {
    kind: 'discord',
    text: 'a webhook of a Discord channel',
    settings: { url: { type: 'secret', required: true, text: 'the webhook URL by reference; it is a secret' } },
    async send({ subject, text }, values, signal) {
      const content = cutTo(`**${subject.replaceAll('*', '\\*')}**\n${text}`, longestContent);
      await sendJson(values.text('url') ?? '', { content, allowed_mentions: { parse: [] } }, signal);
    },
  };
}
