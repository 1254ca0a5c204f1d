import type { NotifierKind } from '@umbracore/contracts';
import { cutTo, sendJson } from './http.ts';

/** The service recommends 4000 and cuts at 40,000. */
const longestText = 4000;

/** `slack`: an incoming webhook of Slack, or of what takes the same (Mattermost, Rocket.Chat). */
export function slack(): NotifierKind {
  return {
    kind: 'slack',
    text: 'an incoming webhook of Slack, or of what takes the same',
    settings: { url: { type: 'secret', required: true, text: 'the webhook URL by reference; it is a secret' } },
    async send({ subject, text }, values, signal) {
      // Three characters have a meaning there, and no others.
      const escaped = (words: string): string =>
        words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
      const cut = cutTo(`*${escaped(subject)}*\n${escaped(text)}`, longestText);
      // What is left of a character that was written as several is none.
      await sendJson(values.text('url') ?? '', { text: cut.replace(/&[a-z]*…$/, '…') }, signal);
    },
  };
}
