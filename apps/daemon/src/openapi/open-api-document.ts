import { createRoute, OpenAPIHono } from '@hono/zod-openapi';
import { z } from 'zod';
import type { Route, RouteAnswer } from '../http/route.ts';

const json = 'application/json';

/** What can go wrong with any request. */
const refusals: Readonly<Record<number, RouteAnswer>> = {
  400: { text: 'The request makes no sense', document: 'error' },
  401: { text: 'No token, or a wrong one', document: 'error' },
  403: { text: 'The request does not come from a program of this machine', document: 'error' },
};

/** OpenAPI 3.1 of the routes, made from what the router itself works with. */
export function openApiDocument(routes: readonly Route[], version: string) {
  const api = new OpenAPIHono();
  api.openAPIRegistry.registerComponent('securitySchemes', 'token', {
    type: 'http',
    scheme: 'bearer',
    description: 'Over TCP only; see `umbra daemon token`. Over the socket its file lets nobody in but its owner.',
  });
  for (const route of routes) api.openAPIRegistry.registerPath(pathOf(route));
  return api.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'umbra daemon',
      version,
      description: 'Documents are those of the command line: their JSON Schemas are in `schemas/` of `@umbracore/cli`.',
    },
    servers: [{ url: 'http://localhost', description: 'Over the Unix socket' }],
    security: [{ token: [] }],
  });
}

function pathOf({ method, path, access, summary, input = {}, answers }: Route) {
  const { params, query, headers, body } = input;
  const responses = Object.entries({ ...refusals, ...answers }).map(([status, answer]) => [status, responseOf(answer)]);
  return createRoute({
    method,
    path,
    summary,
    tags: [access],
    operationId: operationId(method, path),
    request: {
      ...(params === undefined ? {} : { params }),
      ...(query === undefined ? {} : { query }),
      ...(headers === undefined ? {} : { headers }),
      ...(body === undefined ? {} : { body: { required: true, content: { [json]: { schema: body } } } }),
    },
    responses: Object.fromEntries(responses),
  });
}

function responseOf({ text, document, mediaType }: RouteAnswer) {
  if (document === undefined) return { description: text, content: { [mediaType ?? json]: { schema: z.unknown() } } };
  const schema = z.looseObject({ schema: z.literal(`umbra.${document}/1`) });
  return { description: text, content: { [json]: { schema } } };
}

/** `get /v1/runs/{run}/log` is `getRunsRunLog`. */
const operationId = (method: string, path: string): string =>
  method + path.replace('/v1', '').replaceAll(/[^a-z]+([a-z]|$)/gi, (_, letter: string) => letter.toUpperCase());
