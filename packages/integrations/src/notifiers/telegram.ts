import type { NotifierKind } from '@umbracore/contracts';
import { cutTo, sendJson, under } from './http.ts';

const longestText = 4096;
const officialServer = 'https://api.telegram.org';

/** `telegram`: a message of a bot to a chat. */
export function telegram(): NotifierKind {
  return {
    kind: 'telegram',
    text: 'a message of a Telegram bot',
    settings: {
      token: { type: 'secret', required: true, text: 'the token of the bot' },
      chat: {
        type: 'text',
        required: true,
        text: "the id of the chat in quotes, such as '-1001234567890', or @channel",
      },
      url: { type: 'text', text: 'another Bot API server' },
    },
    async send({ subject, text, severity }, values, signal) {
      const url = under(values.text('url') ?? officialServer, `bot${values.text('token')}/sendMessage`);
      const body = {
        chat_id: values.text('chat'),
        text: cutTo(`${subject}\n\n${text}`, longestText),
        disable_notification: severity === 'info',
        link_preview_options: { is_disabled: true },
      };
      await sendJson(url, body, signal);
    },
  };
}
