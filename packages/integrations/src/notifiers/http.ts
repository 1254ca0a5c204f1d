import { reasonOf, UmbraError } from '@umbracore/contracts';

export interface HttpRequest {
  readonly url: string;
  readonly method?: 'POST' | 'PUT' | 'GET' | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | undefined;
}

/** More of an answer is not read: it is only shown when something is wrong. */
const longestAnswer = 2000;

/**
 * Sends a request and looks at nothing but whether it was taken. No redirect is followed: where a message goes is what the
 * configuration says. Throws `notify.refused` if the same request will be refused again, else `notify.unreachable`.
 */
export async function sendHttp({ url, method = 'POST', headers = {}, body }: HttpRequest, signal: AbortSignal) {
  const { address, login } = withoutLogin(addressOf(url));
  const response = await fetch(address, {
    method,
    headers: { 'user-agent': 'umbra', ...login, ...headers },
    redirect: 'manual',
    signal,
    ...(body === undefined ? {} : { body }),
  }).catch((thrown: unknown) => {
    throw unreachable(thrown);
  });
  const answer = await beginningOf(response).catch(() => '');
  if (response.ok) return answer;
  throw refusalOf(response, answer);
}

export const sendJson = (url: string, value: unknown, signal: AbortSignal, headers: Record<string, string> = {}) =>
  sendHttp({ url, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(value) }, signal);

/** The URL of a channel. What is wrong with it is said without it: it may hold a token. */
export function addressOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && (url.protocol === 'https:' || url.protocol === 'http:')) return url;
  throw new UmbraError('notify.refused', 'its address is no http or https URL', {
    hint: 'Write the whole address, such as https://ntfy.example.net/backups.',
  });
}

/** A user and a password in an address are its login. `fetch` takes none with them, and says the whole of it. */
function withoutLogin(url: URL): { readonly address: URL; readonly login: Readonly<Record<string, string>> } {
  const { username, password } = url;
  if (username === '' && password === '') return { address: url, login: {} };
  const address = new URL(url);
  address.username = '';
  address.password = '';
  return { address, login: { authorization: basicLogin(decodedPart(username), decodedPart(password)) } };
}

/** As it stands where it is no encoding. */
function decodedPart(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export const basicLogin = (user: string, password: string): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

/** A base address with a path behind it. */
export const under = (base: string, path: string): string => `${base.replace(/\/+$/, '')}/${path}`;

/** Passing by itself: the server is busy, or has trouble of its own. */
const isPassing = (status: number): boolean => status === 408 || status === 425 || status === 429 || status >= 500;

/** Whether it is tried again depends on who sends: a test is not. */
const hintAt = (status: number): string =>
  status === 425 || status === 429
    ? 'Wait a moment: it wants to be asked less often.'
    : 'Look at its server, or wait until that is well again.';

function refusalOf({ status, statusText, headers }: Response, answer: string): UmbraError {
  const said = answer.replaceAll(/\s+/g, ' ').trim().slice(0, 200);
  const message = `it answered ${status}${statusText === '' ? '' : ` ${statusText}`}${said === '' ? '' : `: ${said}`}`;
  if (status >= 300 && status < 400)
    return new UmbraError('notify.refused', `${message}; it has moved`, {
      hint: `Write its new address${headers.has('location') ? `, which it names` : ''}.`,
    });
  if (isPassing(status)) {
    const retryAfterMs = waitAskedFor(headers, answer);
    const context = retryAfterMs === undefined ? {} : { retryAfterMs };
    return new UmbraError('notify.unreachable', message, { hint: hintAt(status), context });
  }
  const hint =
    status === 401 || status === 403 ? 'Look at its token or password.' : 'Look at its address and settings.';
  return new UmbraError('notify.refused', message, { hint });
}

/** What a service says of when to come again: in a header, or in its own words as Discord, Telegram and Matrix do. */
function waitAskedFor(headers: Headers, answer: string): number | undefined {
  const header = headers.get('retry-after');
  if (header !== null && /^\d+$/.test(header)) return Number(header) * 1000;
  const [, isMs, number] = /"retry_after(_ms)?"\s*:\s*(\d+(?:\.\d+)?)/.exec(answer) ?? [];
  return number === undefined ? undefined : Math.ceil(Number(number) * (isMs === undefined ? 1000 : 1));
}

function unreachable(thrown: unknown): UmbraError {
  const cause = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown;
  const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
  const message = reasonOf(cause);
  return new UmbraError('notify.unreachable', `it cannot be reached: ${message || 'no connection'}${code}`, {
    hint: 'Look at its address and the network.',
  });
}

async function beginningOf(response: Response): Promise<string> {
  if (response.body === null) return '';
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    // Leaving the loop closes the connection.
    if (text.length >= longestAnswer) break;
  }
  return text.slice(0, longestAnswer);
}

/** A text cut to so many characters, as the service takes them. None is cut in half: what is no text would be refused. */
export const cutTo = (text: string, most: number): string =>
  text.length <= most ? text : `${whole(text.slice(0, most - 1))}…`;

/** The same by the bytes that it takes in UTF-8. */
export function cutToBytes(text: string, most: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= most) return text;
  const room = most - Buffer.byteLength('…');
  // As a stream a character whose end is missing is left out.
  return `${new TextDecoder().decode(bytes.subarray(0, room), { stream: true })}…`;
}

const whole = (text: string): string => text.replace(/[\uD800-\uDBFF]$/, '');
