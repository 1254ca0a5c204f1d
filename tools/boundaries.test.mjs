import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { boundaryViolations } from './boundaries/rules.mjs';

const contracts = '@umbracore/contracts';

const manifest = (folder, fields = {}) => ({
  file: `${folder}/package.json`,
  text: JSON.stringify({
    name: `@umbracore/${folder.split('/')[1]}`,
    dependencies: { [contracts]: '^0.1.0' },
    ...fields,
  }),
});

/** Messages for one planted source in a small but whole workspace. */
function planted(file, text, manifests = []) {
  const workspace = [
    { file: 'package.json', text: JSON.stringify({ devDependencies: { vitest: '1.0.0' } }) },
    manifest('packages/contracts', { dependencies: {} }),
    manifest('packages/testkit'),
    manifest('packages/scheduler', {
      peerDependencies: { inversify: '^8.0.0' },
      devDependencies: { '@umbracore/testkit': '^0.1.0' },
    }),
    manifest('packages/runtime', {
      dependencies: { [contracts]: '^0.1.0', '@umbracore/scheduler': '^0.1.0', inversify: '8.0.0' },
    }),
    manifest('apps/cli', {
      dependencies: {},
      devDependencies: { '@umbracore/runtime': '^0.1.0', [contracts]: '^0.1.0' },
    }),
  ].filter((known) => !manifests.some((own) => own.file === known.file));
  return boundaryViolations([...workspace, ...manifests, { file, text }]).map(({ message }) => message);
}

test('this checkout keeps its boundaries', () => {
  const tool = fileURLToPath(new URL('boundaries.mjs', import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, [tool], { encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
});

test.each([
  ['packages/scheduler/src/a.ts', "import type { Clock } from '@umbracore/contracts';"],
  [
    'packages/scheduler/src/a.test.ts',
    "import { FakeClock } from '@umbracore/testkit'; import { test } from 'vitest';",
  ],
  ['packages/scheduler/src/module.ts', "import { ContainerModule } from 'inversify';"],
  ['packages/scheduler/src/a.ts', "import { join } from 'node:path'; export * from './b.ts';"],
  [
    'packages/scheduler/src/a.ts',
    '// process.env, console.log and Date.now()\nconst text = "new Date()"; new Date(0);',
  ],
  ['packages/scheduler/src/a.ts', 'clock.setTimeout(() => {}, 5); log.console.warn();'],
  ['packages/scheduler/src/a.ts', "import { setImmediate } from 'node:timers/promises';"],
  ['packages/scheduler/src/a.test.ts', 'console.log(process.env, Date.now());'],
  ['packages/scheduler/test/a.test.ts', "import { fetchDebianPackage } from '../../../tools/debian.mjs';"],
  ['packages/runtime/src/compose.ts', "import { Container } from 'inversify'; import '@umbracore/scheduler/module';"],
  ['packages/runtime/src/system-clock.ts', 'Date.now(); setTimeout(() => {}, 1);'],
  ['packages/engine-process/src/shim.ts', 'Date.now();', [manifest('packages/engine-process')]],
  ['packages/restic-reader/src/native/check-process.ts', 'Date.now();'],
  ['packages/integrations/src/env-secrets.ts', 'process.env.X;', [manifest('packages/integrations')]],
  ['apps/cli/src/a.ts', "import { compose } from '@umbracore/runtime'; console.log(process.env);"],
])('%s may contain: %s', (file, text, manifests) => {
  expect(planted(file, text, manifests)).toEqual([]);
});

test.each([
  [
    'packages/scheduler/src/a.ts',
    "import '@umbracore/restic-adapter';",
    'packages/scheduler must not import @umbracore/restic-adapter',
  ],
  [
    'packages/scheduler/src/a.ts',
    "import type { X } from '@umbracore/runtime';",
    'packages/scheduler must not import @umbracore/runtime',
  ],
  [
    'packages/scheduler/src/a.ts',
    "await import('@umbracore/runtime/module');",
    'packages/scheduler must not import @umbracore/runtime',
  ],
  [
    'packages/scheduler/src/a.ts',
    "let x: import('@umbracore/runtime').X;",
    'packages/scheduler must not import @umbracore/runtime',
  ],
  [
    'packages/scheduler/src/a.ts',
    "export { x } from '@umbracore/testkit';",
    'packages/scheduler must not import @umbracore/testkit',
  ],
  [
    'packages/testkit/src/a.ts',
    "import '@umbracore/scheduler';",
    'packages/testkit must not import @umbracore/scheduler',
  ],
  [
    'packages/contracts/src/a.ts',
    "import '@umbracore/scheduler';",
    'packages/contracts must not import @umbracore/scheduler',
  ],
  ['packages/contracts/src/a.ts', "import { join } from 'node:path';", 'contracts import nothing at run time'],
  ['apps/cli/src/a.ts', "import '@umbracore/scheduler';", 'apps/cli must not import @umbracore/scheduler'],
  ['packages/runtime/src/a.ts', "import '@umbracore/cli';", 'packages/runtime must not import @umbracore/cli'],
  ['packages/scheduler/src/a.ts', "import '../../runtime/src/a.ts';", 'leaves the package'],
  ['packages/scheduler/src/a.ts', "import { x } from '../../../tools/debian.mjs';", 'leaves the package'],
  ['packages/scheduler/src/a.ts', "import { z } from 'zod';", 'zod is not declared in packages/scheduler/package.json'],
  [
    'packages/scheduler/src/a.ts',
    "import { test } from 'vitest';",
    'vitest is not declared in packages/scheduler/package.json',
  ],
  [
    'packages/scheduler/src/a.ts',
    "import { Container } from 'inversify';",
    'inversify is for src/module.ts and packages/runtime only',
  ],
  ['packages/scheduler/src/a.ts', "import { join } from 'path';", 'write node:path'],
  ['packages/scheduler/src/a.ts', "console.log('x');", 'console.log is not for this file'],
  ['packages/scheduler/src/a.ts', 'const x = process.env.HOME;', 'process.env is not for this file'],
  ['packages/scheduler/src/a.ts', "process['env'];", 'process.env is not for this file'],
  ['packages/scheduler/src/a.ts', 'const { env } = process;', 'process.env is not for this file'],
  ['packages/scheduler/src/a.ts', "import { env } from 'node:process';", 'process.env is not for this file'],
  ['packages/scheduler/src/a.ts', 'const now = Date.now();', 'Date.now is not for this file'],
  ['packages/scheduler/src/a.ts', 'const now = new Date();', 'new Date() is not for this file'],
  ['packages/scheduler/src/a.ts', 'globalThis.setTimeout(() => {}, 5);', 'setTimeout is not for this file'],
  [
    'packages/scheduler/src/a.ts',
    "import { setTimeout as sleep } from 'node:timers/promises';",
    'node:timers/promises is not for this file',
  ],
])('%s must not contain: %s', (file, text, message) => {
  expect(planted(file, text).join('\n')).toContain(message);
});

test('a manifest must not name a package that its layer may not import', () => {
  const scheduler = manifest('packages/scheduler', { dependencies: { '@umbracore/runtime': '^0.1.0' } });
  expect(planted('packages/scheduler/src/a.ts', '', [scheduler])).toContain(
    'packages/scheduler must not depend on @umbracore/runtime',
  );
});

test('a library has one owner, but for the shared ones', () => {
  const config = manifest('packages/config', { dependencies: { zod: '4.0.0', yaml: '2.0.0' } });
  const adapter = manifest('packages/restic-adapter', { dependencies: { zod: '4.0.0' } });
  expect(planted('packages/config/src/a.ts', '', [config, adapter])).toEqual([]);
  const second = manifest('packages/integrations', { dependencies: { zod: '4.0.0', yaml: '2.0.0' } });
  expect(planted('packages/config/src/a.ts', '', [config, adapter, second])).toEqual([
    expect.stringMatching(/^zod belongs to packages\/config and .*packages\/restic-adapter/),
    'yaml belongs to packages/config',
  ]);
});
