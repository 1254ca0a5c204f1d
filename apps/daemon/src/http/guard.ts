import type { IncomingMessage } from 'node:http';
import { UmbraError } from '@umbracore/contracts';
import { originProblem, type RequestOrigin } from './origin.ts';
import type { Guard, Refusal } from './router.ts';
import { isTokenOf } from './token.ts';

/** How the requests of one listener reach us, and what they have to show. */
export type Entrance =
  /** The mode of the socket's file lets nobody in but its owner. */
  | { readonly transport: 'socket' }
  | { readonly transport: 'tcp'; readonly port: () => number; readonly token: () => string };

const reads = ['GET', 'HEAD'];
const json = /^application\/json\s*(?:;|$)/i;

/** Everything that is asked of a request before a route sees it. */
export function guardOf(entrance: Entrance): Guard {
  return ({ request: { method = '', headers } }) => {
    const origin = originProblem(originOf(entrance, headers));
    if (origin !== undefined) return refusal(403, origin, 'Use http://localhost, from a program of this machine.');
    if (entrance.transport === 'tcp' && !isTokenOf(entrance.token(), headers.authorization)) {
      const refused = refusal(401, 'the request shows no token, or a wrong one', 'See `umbra daemon token`.');
      return { ...refused, headers: { 'www-authenticate': 'Bearer' } };
    }
    // A page of another site can send a form, but not this content type.
    if (!reads.includes(method) && !json.test(headers['content-type'] ?? ''))
      return refusal(415, 'the request is not said to be JSON', 'Send it with `Content-Type: application/json`.');
    return undefined;
  };
}

const originOf = (entrance: Entrance, headers: IncomingMessage['headers']): RequestOrigin => ({
  transport: entrance.transport,
  port: entrance.transport === 'tcp' ? entrance.port() : undefined,
  host: headers.host,
  origin: headers.origin,
  secFetchSite: one(headers['sec-fetch-site']),
});

/** A header that came more than once is not as we know it. */
const one = (header: string | string[] | undefined): string | undefined =>
  header === undefined ? undefined : String(header);

const refusal = (status: number, message: string, hint: string): Refusal => ({
  status,
  error: new UmbraError('daemon.refused', message, { hint }),
});
