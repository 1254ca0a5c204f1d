// node dist/main.js REPOSITORY PASSWORD_FILE SOURCE…
import { resolve } from 'node:path';
import { backUp } from './back-up.ts';

const [location, passwordFile, ...sources] = process.argv.slice(2).map((path) => resolve(path));
if (location === undefined || passwordFile === undefined || sources.length === 0) {
  throw new Error('Name a repository, the file of its password, and what is to be saved.');
}
const password = `file:/${passwordFile.slice(1)}` as const;
const where = { location, backend: 'restic', password } as const;
console.log(await backUp({ ...where, sources, plugins: [], stateDir: resolve('state') }));
