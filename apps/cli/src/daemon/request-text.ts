export interface Request {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** The answer may take as long as it likes to begin. */
  readonly isPatient?: boolean;
}

export const headEnd = '\r\n\r\n';

/**
 * A request as it goes over the socket. Spoken by hand, as HTTP 1.0, in which a body ends with its connection: to load Node's own
 * client would take longer than the whole exchange.
 */
export function requestText({ method, path, headers = {}, body }: Request): string {
  const content = body === undefined ? '' : JSON.stringify(body);
  const lines = [
    `${method} ${path} HTTP/1.0`,
    'host: localhost',
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
    ...(method === 'GET' ? [] : ['content-type: application/json', `content-length: ${Buffer.byteLength(content)}`]),
  ];
  return lines.join('\r\n') + headEnd + content;
}
