// Checks who may import whom in packages/ and apps/: `node tools/boundaries.mjs`.
import { globSync, readFileSync } from 'node:fs';
import { boundaryViolations } from './boundaries/rules.mjs';
import { root } from './dev/process.mjs';

const paths = globSync(
  ['package.json', '{packages,apps}/*/package.json', '{packages,apps}/*/{src,test}/**/*.{ts,mts,mjs,js}'],
  {
    cwd: root,
    exclude: (path) => /(^|\/)(fixtures|node_modules)(\/|$)/.test(path),
  },
);
const files = paths.map((path) => ({
  file: path.replaceAll('\\', '/'),
  text: readFileSync(`${root}/${path}`, 'utf8'),
}));
const violations = boundaryViolations(files);

for (const { file, line, message } of violations) console.error(`${file}:${line} ${message}`);
if (violations.length > 0) process.exitCode = 1;
