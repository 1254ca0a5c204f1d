// node --test copy.test.ts
import { test } from 'node:test';
import { testPlugin } from '@umbracore/testkit';
import copy from './copy.ts';

await testPlugin(copy, test);
