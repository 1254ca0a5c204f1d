// Runs in the folder of a package before it is packed: what stands once in the checkout has to be in each tarball that needs it.
import { copyFileSync, cpSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
copyFileSync(join(root, 'LICENSE'), 'LICENSE');

const { files } = JSON.parse(readFileSync('package.json', 'utf8'));
if (files.includes('errors')) cpSync(join(root, 'docs/errors'), 'errors', { recursive: true });
