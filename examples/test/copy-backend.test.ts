import { testPlugin } from '@umbracore/testkit';
import { test } from 'vitest';
import copy from '../copy-backend/copy.ts';

await testPlugin(copy, test);
