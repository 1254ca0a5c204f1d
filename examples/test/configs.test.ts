import { execFileSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { configurationJsonSchema, loadConfiguration } from '@umbracore/config';
import { silentLog } from '@umbracore/contracts';
import { builtinIntegrations } from '@umbracore/integrations';
import { checkConfiguration, registerPlugins, systemClock } from '@umbracore/runtime';
import { calendar } from '@umbracore/scheduler';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { keysIn, keysOf, type Schema } from './schema-keys.ts';

const folder = fileURLToPath(new URL('../configs', import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'umbra-configs-'));
afterAll(() => rmSync(home, { recursive: true }));
const env = { PATH: process.env['PATH'] };

const files = globSync('*.{yaml,json,toml}', { cwd: folder }).toSorted();
const texts = globSync('{*,conf.d/*}.yaml', { cwd: folder }).map((file) => readFileSync(join(folder, file), 'utf8'));

const hasPython = (): boolean => {
  try {
    execFileSync('python3', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

test.each(files.filter((file) => file !== 'plugins.yaml'))('%s is what config check calls valid', async (file) => {
  const { jobs } = await checkConfiguration({ configFile: join(folder, file), env, cwd: folder, home });
  expect(jobs.size).toBeGreaterThan(0);
});

test.skipIf(!hasPython())('plugins.yaml is too, with a plug-in in Python (without python3: skipped)', async () => {
  const { jobs } = await checkConfiguration({ configFile: join(folder, 'plugins.yaml'), env, cwd: folder, home });
  expect([...jobs.keys()]).toEqual(['documents']);
});

// Root reads no program as its configuration.
test('umbra.config.ts loads for everybody but root', async () => {
  const path = join(folder, 'umbra.config.ts');
  const { jobs } = await loadConfiguration({ path, cwd: folder, env, home, calendar, systemScope: false });
  expect([...jobs.keys()]).toEqual(['documents', 'pictures']);
});

describe('what stands in none of them', () => {
  const schema: Schema = configurationJsonSchema();

  test('is no key of the schema', () => {
    const shown = new Set(texts.flatMap((text) => [...keysOf(parse(text), schema)]));
    expect([...keysIn(schema)].filter((key) => !shown.has(key) && key !== '$schema')).toEqual([]);
  });

  test('is no condition, no sensor and no kind of channel', async () => {
    const plugin = builtinIntegrations(env, systemClock, home);
    const { conditions, sensors, notifiers } = await registerPlugins([{ plugin, options: undefined }], silentLog);
    const kinds = [
      ...[...conditions.keys(), ...sensors.keys()].map((kind) => `${kind}:`),
      ...[...notifiers.keys()].map((kind) => `type: ${kind}`),
    ];
    expect(kinds.length).toBeGreaterThan(30);
    expect(kinds.filter((kind) => !texts.join('\n').includes(kind))).toEqual([]);
  });
});

test('a key that nothing shows is found', () => {
  const schema: Schema = {
    properties: { a: {}, b: { items: { $ref: '#/$defs/c' } } },
    $defs: { c: { properties: { d: {} } } },
  };
  expect([...keysIn(schema)]).toEqual(['a', 'b', 'b.d']);
  expect([...keysOf({ a: 1, b: [{ d: 1, e: 1 }] }, schema)]).toEqual(['a', 'b', 'b.d']);
  expect([...keysOf({ b: [{}] }, schema)]).toEqual(['b']);
});
