import { defineRoute } from '../http/route.ts';

export const openapi = defineRoute({
  method: 'get',
  path: '/openapi.json',
  access: 'read',
  summary: 'This API, as OpenAPI 3.1',
  answers: { 200: { text: 'The description', mediaType: 'application/json' } },
  async handle({ daemon }) {
    // Loaded by whoever wants it: it is made from the routes, and nothing else needs what makes it.
    const [{ openApiDocument }, { routes }] = await Promise.all([
      import('../openapi/open-api-document.ts'),
      import('./index.ts'),
    ]);
    return { text: JSON.stringify(openApiDocument(routes, daemon.version)), mediaType: 'application/json' };
  },
});
