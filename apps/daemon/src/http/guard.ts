import { UmbraError } from '@umbracore/contracts';
import { originProblem, type RequestOrigin } from './origin.ts';
import { problem, type Guard } from './router.ts';
import type { HttpContext } from './route.ts';
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
  return ({ req }) => {
    const origin = originProblem(originOf(entrance, req));
    if (origin !== undefined) return refusal(403, origin, 'Use http://localhost, from a program of this machine.');
    if (entrance.transport === 'tcp' && !isTokenOf(entrance.token(), req.header('authorization')))
      return refusal(401, 'the request shows no token, or a wrong one', 'See `umbra daemon token`.');
    // A page of another site can send a form, but not this content type.
    if (!reads.includes(req.method) && !json.test(req.header('content-type') ?? ''))
      return refusal(415, 'the request is not said to be JSON', 'Send it with `Content-Type: application/json`.');
    return undefined;
  };
}

const originOf = (entrance: Entrance, req: HttpContext['req']): RequestOrigin => ({
  transport: entrance.transport,
  port: entrance.transport === 'tcp' ? entrance.port() : undefined,
  host: req.header('host'),
  origin: req.header('origin'),
  secFetchSite: req.header('sec-fetch-site'),
});

function refusal(status: number, message: string, hint: string): Response {
  const response = problem(new UmbraError('daemon.refused', message, { hint }), status);
  if (status === 401) response.headers.set('www-authenticate', 'Bearer');
  return response;
}
