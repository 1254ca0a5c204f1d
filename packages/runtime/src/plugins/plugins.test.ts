import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { definePlugin, Secret, silentLog, type BackendFactory, type Plugin } from '@umbracore/contracts';
import { FakeClock } from '@umbracore/testkit';
import { emptyConfiguration } from '@umbracore/config/memory';
import { listPlugins } from './list.ts';
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

  it.each([
    ['a name that cannot be one', `{ name: 'My Plugin', api: 1, register() {} }`, 'the name "My Plugin"'],
    ['no name', `{ api: 1, register() {} }`, 'with no name'],
    ['no version of the API', `{ name: 'plain', register() {} }`, 'does not say for which plug-in API'],
    ['no function', `{ name: 'idle', api: 1 }`, 'does not export a plug-in by default'],
    ['null', 'null', 'does not export a plug-in by default'],
  ])('says what is wrong with one of %s', async (what, text, message) => {
    const use = pluginFile(`${what.replaceAll(' ', '-')}.mjs`, `export default ${text};`);
    await expect(loadPlugins([{ use, options: undefined }], folder, tools)).rejects.toMatchObject({
      code: 'plugin.invalid',
      message: expect.stringContaining(message),
    });
  });

  it('says of a folder that it is one', async () => {
    await expect(loadPlugins([{ use: folder, options: undefined }], '/', tools)).rejects.toMatchObject({
      code: 'plugin.absent',
      hint: expect.stringContaining('folder'),
    });
  });

  it('does not wait for ever for one that is never loaded', async () => {
    const use = pluginFile('endless.mjs', 'await new Promise(() => {}); export default 1;');
    const clock = new FakeClock();
    const loading = loadPlugins([{ use, options: undefined }], folder, { ...tools, clock });
    const ended = loading.catch((thrown: unknown) => thrown);
    await clock.whenSleeping();
    await clock.advance(60_000);
    expect(await ended).toMatchObject({ code: 'plugin.invalid' });
  });
});

describe('listPlugins', () => {
  it.each([
    ['its own name', `{ name: 'vault', api: 1, register() {} }`, 'plug-in vault'],
    [
      'what it brings',
      `{ name: 'other', api: 1, register: (host) => host.addSecretProvider({ scheme: 'vault', resolve() {} }) }`,
      'secret scheme vault',
    ],
  ])('tells of one that another one keeps from %s', async (what, text, clash) => {
    const use = pluginFile(`${what.replaceAll(' ', '-')}.mjs`, `export default ${text};`);
    const options = { env: {}, cwd: folder, home: folder, plugins: [vault] };
    const configuration = { ...emptyConfiguration('UTC'), plugins: [{ use, options: undefined }] };
    const listed = (await listPlugins(options, configuration)).filter(({ name }) => name !== 'builtin');
    expect(listed.find(({ name }) => name === 'vault')?.problem).toBeUndefined();
    expect(listed.at(-1)).toMatchObject({ use, problem: { message: expect.stringContaining(clash) } });
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
