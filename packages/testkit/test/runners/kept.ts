import { test } from 'node:test';
import { testPlugin } from '@umbracore/testkit';
import { kept } from './plugins.ts';

await testPlugin(kept, test);
