import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import { toUmbraError, UmbraError } from '@umbracore/contracts';
import { errorDocument } from '@umbracore/runtime/documents';
import type { z } from 'zod';
import type { Daemon } from '../daemon.ts';
import { httpStatusOf } from './http-status.ts';
import { readBody } from './read-body.ts';
import type { Access, Answer, Call, HttpContext, Route, RouteInput } from './route.ts';

export type Api = Hono<{ Bindings: HttpBindings }>;

/** Decides about a request before its route is looked for; a response refuses it. */
export type Guard = (context: HttpContext) => Response | undefined;

const accessRules: readonly Access[] = ['read', 'control'];

/**
 * The API from its routes. A route that does not say who may use it is not mounted, and whoever the guard refuses does not
 * even learn which routes exist.
 */
export function createRouter(daemon: Daemon, routes: readonly Route[], guard: Guard): Api {
  const api: Api = new Hono();
  api.use('*', async (context, next) => {
    const refused = guard(context);
    if (refused !== undefined) return refused;
    await next();
  });
  for (const route of routes) mount(api, daemon, route);
  api.notFound((context) => {
    const { method, path } = context.req;
    const message = `there is no ${method} ${path}`;
    return problem(new UmbraError('usage.unknown-command', message, { hint: 'See /openapi.json.' }), 404);
  });
  api.onError((error) => problem(toUmbraError(error)));
  return api;
}

export function mount(api: Api, daemon: Daemon, route: Route): void {
  if (!accessRules.includes(route.access))
    throw new UmbraError('internal', `the route ${route.method} ${route.path} does not say who may use it`);
  const path = route.path.replaceAll(/\{(\w+)\}/g, ':$1');
  api[route.method](path, async (context) => respond(await route.handle(await readCall(daemon, route, context))));
}

function respond(answer: Answer): Response {
  if (answer instanceof Response) return answer;
  return Response.json(answer.document, { status: answer.status ?? 200, headers: noStore });
}

const noStore = { 'cache-control': 'no-store' };

/** An error as an answer; the status follows from its code unless told. */
export const problem = (error: UmbraError, status = httpStatusOf(error.code)): Response =>
  Response.json(errorDocument(error), { status, headers: noStore });

async function readCall(daemon: Daemon, { input = {} }: Route, context: HttpContext): Promise<Call<RouteInput>> {
  const { req } = context;
  return {
    daemon,
    context,
    params: checked(input.params, 'path', req.param()),
    query: checked(input.query, 'query', queryOf(req.queries())),
    headers: checked(input.headers, 'headers', req.header()),
    body: input.body === undefined ? undefined : checked(input.body, 'body', await readBody(context)),
  };
}

/** A parameter that comes once is a text, one that comes again is a list. */
const queryOf = (queries: Readonly<Record<string, string[]>>): Record<string, string | string[] | undefined> =>
  Object.fromEntries(Object.entries(queries).map(([name, values]) => [name, values.length > 1 ? values : values[0]]));

function checked<S extends z.ZodType>(schema: S | undefined, place: string, value: unknown): z.output<S> | undefined {
  if (schema === undefined) return undefined;
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  const issues = error.issues.map(({ path, message }) => `${[place, ...path].join('.')}: ${message}`);
  throw new UmbraError('usage.invalid', `the request makes no sense: ${issues.join('; ')}`, {
    hint: 'See /openapi.json for what is understood.',
  });
}
