// Runs in the folder of a package before it is packed: what stands once in the checkout has to be in each tarball that needs it.
import { copyFileSync, cpSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { name, files, bin = {}, exports: doors = {} } = JSON.parse(readFileSync('package.json', 'utf8'));

// A tarball without its code is a good tarball to npm.
const wanted = [...Object.values(bin), ...Object.values(doors)].flatMap((door) =>
  typeof door === 'string' ? [door] : [door.types, door.default],
);
const missing = wanted.filter((file) => file !== undefined && !existsSync(file));
if (missing.length > 0) {
  process.stderr.write(`${name} is not built, it lacks ${missing.join(', ')}. Run \`npm run build\` first.\n`);
  process.exit(1);
}

copyFileSync(join(root, 'LICENSE'), 'LICENSE');
if (files.includes('errors')) cpSync(join(root, 'docs/errors'), 'errors', { recursive: true });
