import { test } from 'node:test';
import { testPlugin } from '@umbracore/testkit';
import { broken } from './plugins.ts';

await testPlugin(broken, test);
