import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { definePlugin, Secret, silentLog, type BackendFactory, type Plugin } from '@umbracore/contracts';
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

/** A plug-in with a backend that only counts, and what that is opened with. */
function stubBackend(check: () => never | Promise<never>) {
  const made = { backends: 0, checks: 0 };
  const validate = (): never | Promise<never> => {
    made.checks += 1;
    return check();
  };
  const factory = (() => void (made.backends += 1)) as unknown as BackendFactory;
  const plugin = definePlugin({
    name: 'stub',
    register: (host) => host.addBackend('stub', factory, { '~standard': { version: 1, vendor: 'test', validate } }),
  });
  const backend = { definition: { options: {} } } as unknown as Parameters<BackendFactory>[0];
  return { made, plugin, backend, host: {} as Parameters<BackendFactory>[1] };
}

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

  it('leaves a check of options that is late, and breaks, to those who wait for it', async () => {
    const { backend: repository, host, made, plugin } = stubBackend(() => Promise.reject(new Error('late')));
    const { backends } = await register(plugin);
    for (let opened = 0; opened < 3; opened += 1) backends.get('stub')(repository, host);
    // What nobody has caught by then ends the process.
    await new Promise((resolve) => setImmediate(resolve));
    expect(made).toEqual({ backends: 3, checks: 1 });
  });

  it('does not ask one again, when it is opened, that was late when the configuration was read', async () => {
    const { backend: repository, host, made, plugin } = stubBackend(() => Promise.reject(new Error('late')));
    const { backends, repositoryOptions } = await register(plugin);
    await expect(repositoryOptions.get('stub')?.['~standard'].validate({})).rejects.toThrow('late');
    backends.get('stub')(repository, host);
    expect(made).toEqual({ backends: 1, checks: 1 });
  });

  it('blames a plug-in whose check of the options of a repository throws', async () => {
    const {
      backend: repository,
      host,
      plugin,
    } = stubBackend(() => {
      throw new Error('torn');
    });
    const { backends } = await register(plugin);
    expect(() => backends.get('stub')(repository, host)).toThrow(
      expect.objectContaining({
        code: 'plugin.invalid',
        message: 'the plug-in stub failed when it checked the options of a repository: torn',
      }),
    );
  });

  it('names the backends there are when one is missing', async () => {
    const { backends } = await register();
    expect(() => backends.get('borg')).toThrow('no plug-in brings the backend borg');
  });
});
