import { checkSecrets, listSecrets } from '@umbracore/runtime';
import { secretCheckDocument, secretsDocument } from '@umbracore/runtime/documents';
import * as z from 'zod/mini';
import { defineRoute } from '../http/route.ts';

export const showSecrets = defineRoute({
  method: 'get',
  path: '/v1/secrets',
  access: 'read',
  summary: 'What the encrypted store of this machine holds, by name; never a value',
  answers: { 200: { text: 'Names, and when each was set', document: 'secrets' } },
  async handle({ daemon: { secretStore } }) {
    return { document: { schema: 'umbra.secrets/1', ...secretsDocument(await listSecrets(secretStore)) } };
  },
});

export const checkConfiguredSecrets = defineRoute({
  method: 'post',
  path: '/v1/secrets/check',
  access: 'control',
  summary: 'Looks whether every secret is there that the configuration refers to; never a value',
  // Its programs are run and its files are read, so nobody else's page may ask.
  input: { body: z.strictObject({}) },
  answers: { 200: { text: 'Each reference, and why it leads to nothing', document: 'secret-check' } },
  async handle({ daemon: { live, runtime, stopping } }) {
    const checks = await checkSecrets(live.current, runtime.secrets, stopping);
    return { document: { schema: 'umbra.secret-check/1', ...secretCheckDocument(checks) } };
  },
});
