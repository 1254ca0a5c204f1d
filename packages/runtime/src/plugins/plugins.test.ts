import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { definePlugin, Secret, silentLog, type Plugin } from '@umbracore/contracts';
import { loadPlugins } from './load.ts';
import { registerPlugins } from './register.ts';
import { usualTools } from './tools.ts';

const tools = usualTools(process.env);

const folder = mkdtempSync(join(tmpdir(), 'umbra-plugins-'));
afterAll(() => rmSync(folder, { recursive: true }));

function pluginFile(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

const register = (...plugins: Plugin[]): ReturnType<typeof registerPlugins> =>
  registerPlugins(
    plugins.map((plugin) => ({ plugin, options: undefined })),
    silentLog,
  );

const vault = definePlugin({
  name: 'vault',
  register: (host) => host.addSecretProvider({ scheme: 'vault', resolve: () => Promise.resolve(new Secret('s3cret')) }),
});

describe('loadPlugins', () => {
  it('loads a file that exports a plug-in', async () => {
    const use = pluginFile('good.mjs', `export default { name: 'good', api: 1, register() {} };`);
    const [chosen] = await loadPlugins([{ use, options: { a: 1 } }], folder, tools);
    expect(chosen).toMatchObject({ plugin: { name: 'good' }, options: { a: 1 } });
  });

  it.each([
    ['plugin.absent', 'not-installed-anywhere', undefined],
    ['plugin.invalid', 'empty.mjs', 'export {};'],
    ['plugin.invalid', 'throws.mjs', `throw new Error('no');`],
    ['plugin.api', 'future.mjs', `export default { name: 'future', api: 2, register() {} };`],
  ])('says %s for %s', async (code, name, text) => {
    const use = text === undefined ? name : pluginFile(name, text);
    await expect(loadPlugins([{ use, options: undefined }], folder, tools)).rejects.toMatchObject({ code });
  });
});

describe('registerPlugins', () => {
  it('resolves secrets by scheme and names the known schemes otherwise', async () => {
    const { secrets } = await register(vault);
    expect((await secrets.resolve({ scheme: 'vault', target: 'x' })).reveal()).toBe('s3cret');
    await expect(secrets.resolve({ scheme: 'keychain', target: 'x' })).rejects.toMatchObject({
      code: 'secret.unavailable',
      hint: 'Use one of: vault:.',
    });
  });

  it('refuses a name that is taken', async () => {
    await expect(register(vault, vault)).rejects.toMatchObject({ code: 'plugin.invalid' });
    await expect(register(vault, { ...vault, name: 'other' })).rejects.toThrow('secret scheme vault');
  });

  it('names the backends there are when one is missing', async () => {
    const { backends } = await register();
    expect(() => backends.get('borg')).toThrow('no plug-in brings the backend borg');
  });
});
