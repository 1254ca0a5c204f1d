import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Container } from 'inversify';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import { TOKENS, type Configuration } from '@umbracore/contracts';
import { aJob, aRepository } from '@umbracore/testkit';
import { emptyConfiguration } from '@umbracore/config';
import { compose } from '../src/compose.ts';

const folder = mkdtempSync(join(tmpdir(), 'umbra-compose-'));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

function configurationOf(jobs = [aJob({ repositories: ['home'] })]): Configuration {
  return {
    ...emptyConfiguration('UTC'),
    repositories: new Map([['home', aRepository({ name: 'home', backend: 'restic' })]]),
    jobs: new Map(jobs.map((job) => [job.id, job])),
  };
}

const options = { env: {}, cwd: folder, home: folder, stateDir: join(folder, 'state'), logLevel: 'silent' };

describe('compose', () => {
  it('registers what is configured and closes the store when it is disposed', async () => {
    const runtime = await compose({ ...options, configuration: configurationOf() });
    expect(runtime.coordinator.jobs().map(({ id }) => id)).toEqual([...runtime.configuration.jobs.keys()]);
    expect(await runtime.store.runs({})).toEqual([]);
    await runtime[Symbol.asyncDispose]();
    await expect(runtime.store.runs({})).rejects.toThrow(/closed|destroyed|not open/);
  });

  it('resolves every token', async () => {
    const load = vi.spyOn(Container.prototype, 'load');
    await using _runtime = await compose({ ...options, configuration: configurationOf() });
    const [container] = load.mock.contexts;
    for (const [name, token] of Object.entries(TOKENS))
      expect(container instanceof Container && container.get<unknown>(token), name).toBeTruthy();
  });

  it('refuses a configuration without jobs only when jobs are needed', async () => {
    const configuration = configurationOf([]);
    await expect(compose({ ...options, configuration, jobsRequired: true })).rejects.toMatchObject({
      code: 'config.no-jobs',
    });
    await using runtime = await compose({ ...options, configuration });
    expect(runtime.coordinator.jobs()).toEqual([]);
  });

  it('names the backends there are when a repository wants another', async () => {
    await using runtime = await compose({ ...options, configuration: configurationOf() });
    const definition = aRepository({ backend: 'tape' });
    await expect(runtime.repositories.backend(definition)).rejects.toMatchObject({
      code: 'plugin.absent',
      hint: expect.stringContaining('restic'),
    });
  });
});
