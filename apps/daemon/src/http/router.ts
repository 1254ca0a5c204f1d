import { toUmbraError, UmbraError } from '@umbracore/contracts';
import { errorDocument } from '@umbracore/runtime/documents';
import type * as z from 'zod/mini';
import type { Daemon } from '../daemon.ts';
import { httpStatusOf } from './http-status.ts';
import { paramsOf, pathPattern } from './path-pattern.ts';
import { readBody } from './read-body.ts';
import type { Access, Answer, Call, Exchange, Route, RouteInput } from './route.ts';
import { writeAnswer } from './write-answer.ts';

/** Why a request goes no further. */
export interface Refusal {
  readonly status: number;
  readonly error: UmbraError;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Decides about a request before its route is looked for. */
export type Guard = (exchange: Exchange) => Refusal | undefined;

interface Mounted {
  readonly route: Route;
  readonly pattern: RegExp;
}

const accessRules: readonly Access[] = ['read', 'control'];
/** A path of a request has no host; the language wants one. */
const anyHost = 'http://localhost';

/**
 * Finds the route of a request. A route that does not say who may use it is not mounted, and whoever the guard refuses does not
 * even learn which routes exist.
 */
export class Router {
  readonly #daemon: Daemon;
  readonly #guard: Guard;
  readonly #mounted: Mounted[] = [];

  constructor(daemon: Daemon, routes: readonly Route[], guard: Guard) {
    this.#daemon = daemon;
    this.#guard = guard;
    for (const route of routes) this.mount(route);
  }

  /** What can be asked, as it is really mounted. */
  get mounted(): readonly Pick<Route, 'method' | 'path'>[] {
    return this.#mounted.map(({ route: { method, path } }) => ({ method, path }));
  }

  mount(route: Route): void {
    if (!accessRules.includes(route.access))
      throw new UmbraError('internal', `the route ${route.method} ${route.path} does not say who may use it`);
    this.#mounted.push({ route, pattern: pathPattern(route.path) });
  }

  /** Never rejects: what goes wrong is the answer. */
  async answer(exchange: Exchange): Promise<void> {
    try {
      const refusal = this.#guard(exchange);
      if (refusal === undefined) writeAnswer(exchange, await this.#ask(exchange));
      else writeAnswer(exchange, problem(refusal.error, refusal.status), refusal.headers);
    } catch (thrown) {
      writeAnswer(exchange, problem(toUmbraError(thrown)));
    }
  }

  async #ask(exchange: Exchange): Promise<Answer> {
    const { method = '', url = '' } = exchange.request;
    const { pathname, searchParams } = targetOf(url);
    // What is read with HEAD is what is read with GET.
    const wanted = method === 'HEAD' ? 'get' : method.toLowerCase();
    for (const { route, pattern } of this.#mounted) {
      const params = route.method === wanted ? paramsOf(pattern, pathname) : undefined;
      if (params !== undefined) return await route.handle(await this.#call(exchange, route, params, searchParams));
    }
    const error = new UmbraError('usage.unknown-command', `there is no ${method} ${pathname}`, {
      hint: 'See /openapi.json.',
    });
    return problem(error, 404);
  }

  async #call(
    exchange: Exchange,
    { input = {} }: Route,
    params: Readonly<Record<string, string>>,
    query: URLSearchParams,
  ): Promise<Call<RouteInput>> {
    return {
      daemon: this.#daemon,
      exchange,
      params: checked(input.params, 'path', params),
      query: checked(input.query, 'query', listed(query)),
      headers: checked(input.headers, 'headers', exchange.request.headers),
      body: input.body === undefined ? undefined : checked(input.body, 'body', await readBody(exchange.request)),
    };
  }
}

/** What a request is for. Two slashes at its beginning are no host, although a browser would take them so. */
function targetOf(url: string): URL {
  const target = URL.parse(url.startsWith('/') ? anyHost + url : url);
  if (target !== null) return target;
  throw new UmbraError('usage.invalid', `${JSON.stringify(url)} is no path`, { hint: 'See /openapi.json.' });
}

/** An error as an answer; the status follows from its code unless told. */
export const problem = (error: UmbraError, status = httpStatusOf(error.code)): Answer => ({
  status,
  document: errorDocument(error),
});

/** A parameter that comes once is a text, one that comes again is a list. */
const listed = (query: URLSearchParams): Record<string, string | readonly string[]> =>
  Object.fromEntries(
    [...new Set(query.keys())].map((name) => {
      const values = query.getAll(name);
      return [name, values.length > 1 ? values : (values[0] ?? '')];
    }),
  );

function checked<S extends z.ZodMiniType>(
  schema: S | undefined,
  place: string,
  value: unknown,
): z.output<S> | undefined {
  if (schema === undefined) return undefined;
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  const issues = error.issues.map(({ path, message }) => `${[place, ...path].join('.')}: ${message}`);
  throw new UmbraError('usage.invalid', `the request makes no sense: ${issues.join('; ')}`, {
    hint: 'See /openapi.json for what is understood.',
  });
}
