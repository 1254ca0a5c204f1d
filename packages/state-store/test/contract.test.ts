import { stateStoreCases } from '@umbracore/testkit';
import { describe, expect, test } from 'vitest';
import { subjects } from './stores.ts';

describe.each(Object.entries(subjects))('the %s store', (_name, makeSubject) => {
  test.each(stateStoreCases)('$name', async (contractCase) => {
    await using subject = await makeSubject();
    await expect(contractCase.run(subject)).resolves.toBeUndefined();
  });
});
