// Makes the page of each code that has none yet, to be written: `node --conditions=@umbra/source tools/errors.mjs`.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorCatalogue } from '@umbracore/contracts';
import { root } from './dev/process.mjs';
import { skeleton } from './errors/pages.mjs';

for (const [code, kind] of Object.entries(errorCatalogue)) {
  const file = join(root, 'docs/errors', `${code}.md`);
  if (existsSync(file)) continue;
  writeFileSync(file, skeleton(code, kind));
  console.log(`docs/errors/${code}.md has to be written`);
}
