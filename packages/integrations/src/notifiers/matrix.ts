import type { NotifierKind } from '@umbracore/contracts';
import { cutToBytes, sendHttp, under } from './http.ts';

/** An event has 65,536 bytes at most, with what the server adds and what JSON escapes. */
const longestText = 30_000;

/** `matrix`: a message in a room. Tried again it is the same message there, for its transaction is the same. */
export function matrix(): NotifierKind {
  return {
    kind: 'matrix',
    text: 'a message in a Matrix room',
    settings: {
      url: { type: 'text', required: true, text: 'the address of the homeserver' },
      room: { type: 'text', required: true, text: "the id of the room in quotes, such as '!abc:example.net'" },
      token: { type: 'secret', required: true, text: 'an access token of the account that speaks' },
    },
    async send({ id, subject, text }, values, signal) {
      const room = encodeURIComponent(values.text('room') ?? '');
      const path = `_matrix/client/v3/rooms/${room}/send/m.room.message/${encodeURIComponent(id)}`;
      const headers = { 'content-type': 'application/json', authorization: `Bearer ${values.text('token')}` };
      const body = JSON.stringify({ msgtype: 'm.text', body: cutToBytes(`${subject}\n${text}`, longestText) });
      await sendHttp({ url: under(values.text('url') ?? '', path), method: 'PUT', headers, body }, signal);
    },
  };
}
