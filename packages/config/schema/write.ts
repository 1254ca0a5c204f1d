// Writes schema/v1.json: `npm run schema --workspace packages/config`.
import { writeFileSync } from 'node:fs';
import { configurationJsonSchema } from '../src/index.ts';

writeFileSync(new URL('v1.json', import.meta.url), `${JSON.stringify(configurationJsonSchema(), null, 2)}\n`);
