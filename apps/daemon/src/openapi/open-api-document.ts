import * as z from 'zod/mini';
import type { Route, RouteAnswer, RouteInput } from '../http/route.ts';

const json = 'application/json';

/** What can go wrong with any request. */
const refusals: Readonly<Record<number, RouteAnswer>> = {
  400: { text: 'The request makes no sense', document: 'error' },
  401: { text: 'No token, or a wrong one', document: 'error' },
  403: { text: 'The request does not come from a program of this machine', document: 'error' },
};

/** OpenAPI 3.1 of the routes, made from what the router itself works with. */
export function openApiDocument(routes: readonly Route[], version: string) {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of routes) paths[route.path] = { ...paths[route.path], [route.method]: operationOf(route) };
  return {
    openapi: '3.1.0',
    info: {
      title: 'umbra daemon',
      version,
      description: 'Documents are those of the command line: their JSON Schemas are in `schemas/` of `@umbracore/cli`.',
    },
    servers: [{ url: 'http://localhost', description: 'Over the Unix socket' }],
    security: [{ token: [] }],
    components: {
      securitySchemes: {
        token: {
          type: 'http',
          scheme: 'bearer',
          description:
            'Over TCP only; see `umbra daemon token`. Over the socket its file lets nobody in but its owner.',
        },
      },
    },
    paths,
  };
}

function operationOf({ method, path, access, summary, input = {}, answers }: Route) {
  const { body } = input;
  return {
    operationId: operationId(method, path),
    summary,
    tags: [access],
    parameters: [
      ...parametersIn('path', input.params),
      ...parametersIn('query', input.query),
      ...parametersIn('header', input.headers),
    ],
    ...(body === undefined ? {} : { requestBody: { required: true, content: { [json]: { schema: schemaOf(body) } } } }),
    responses: Object.fromEntries(
      Object.entries({ ...refusals, ...answers }).map(([status, answer]) => [status, responseOf(answer)]),
    ),
  };
}

function parametersIn(place: 'path' | 'query' | 'header', object: RouteInput['params']) {
  return Object.entries(object?.shape ?? {}).map(([name, schema]) => ({
    name,
    in: place,
    required: place === 'path',
    schema: schemaOf(schema as z.ZodMiniType),
  }));
}

/** OpenAPI 3.1 takes JSON Schema as it is. What a caller sends counts, not what we make of it. */
function schemaOf(schema: z.ZodMiniType) {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return rest;
}

function responseOf({ text, document, mediaType = json }: RouteAnswer) {
  const schema =
    document === undefined
      ? {}
      : { type: 'object', properties: { schema: { const: `umbra.${document}/1` } }, required: ['schema'] };
  return { description: text, content: { [mediaType]: { schema } } };
}

/** `get /v1/runs/{run}/log` is `getRunsRunLog`. */
const operationId = (method: string, path: string): string =>
  method + path.replace('/v1', '').replaceAll(/[^a-z]+([a-z]|$)/gi, (_, letter: string) => letter.toUpperCase());
