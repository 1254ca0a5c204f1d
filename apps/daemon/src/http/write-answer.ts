import type { Answer, Exchange } from './route.ts';

/** Nothing of what the API tells may be kept by somebody in between. */
const never = { 'cache-control': 'no-store' };

/** Sends an answer, unless its route has done so. */
export function writeAnswer(
  { response }: Exchange,
  answer: Answer,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (answer === 'written' || response.headersSent) return;
  const [text, type] =
    'document' in answer ? [JSON.stringify(answer.document), 'application/json'] : [answer.text, answer.mediaType];
  const length = { 'content-type': type, 'content-length': Buffer.byteLength(text) };
  response.writeHead(answer.status ?? 200, { ...never, ...length, ...headers }).end(text);
}
