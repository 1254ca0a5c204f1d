import { stateStoreCases } from '@umbracore/testkit';
import { describe, test } from 'vitest';
import { subjects } from './stores.ts';

describe.each(Object.entries(subjects))('the %s store', (_name, makeSubject) => {
  test.each(stateStoreCases)('$name', async ({ run }) => {
    await using subject = await makeSubject();
    await run(subject);
  });
});
