import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const program = fileURLToPath(new URL('prepack.mjs', import.meta.url));

test('a package that is not built is not packed', () => {
  const folder = mkdtempSync(join(tmpdir(), 'umbra-prepack-'));
  const prepack = () => spawnSync(process.execPath, [program], { cwd: folder, encoding: 'utf8' });
  try {
    const doors = {
      '.': { '@umbra/source': './src/index.ts', types: './dist/index.d.ts', default: './dist/index.js' },
    };
    const manifest = { name: 'one', files: ['dist'], exports: { ...doors, './package.json': './package.json' } };
    writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
    mkdirSync(join(folder, 'dist'));
    writeFileSync(join(folder, 'dist/index.d.ts'), '');
    expect(prepack()).toMatchObject({
      status: 1,
      stderr: 'one is not built, it lacks ./dist/index.js. Run `npm run build` first.\n',
    });
    writeFileSync(join(folder, 'dist/index.js'), '');
    expect(prepack()).toMatchObject({ status: 0, stderr: '' });
    expect(existsSync(join(folder, 'LICENSE'))).toBe(true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
