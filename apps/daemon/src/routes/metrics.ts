import { defineRoute } from '../http/route.ts';

export const metrics = defineRoute({
  method: 'get',
  path: '/metrics',
  access: 'read',
  summary: 'Figures for Prometheus',
  answers: { 200: { text: 'The text format of Prometheus', mediaType: 'text/plain' } },
  async handle({ daemon }) {
    // Loaded by whoever wants figures: a daemon that nobody asks has no use for it.
    const { exposition } = await import('../metrics/exposition.ts');
    const { text, contentType } = await exposition(daemon);
    return { text, mediaType: contentType };
  },
});
