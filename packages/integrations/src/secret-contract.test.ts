import { Secret } from '@umbracore/contracts';
import { FakeClock, runCases, type SecretProviderSubject, secretProviderCases } from '@umbracore/testkit';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commandSecrets, credentialSecrets, envSecrets, fileSecrets, keychainSecrets, SecretStore } from './index.ts';

const value = 'canary-51d0';

async function envSubject(): Promise<SecretProviderSubject> {
  return {
    provider: envSecrets({ PRESENT: `${value}\n` }),
    value,
    present: { scheme: 'env', target: 'PRESENT' },
    absent: { scheme: 'env', target: 'ABSENT' },
    async [Symbol.asyncDispose]() {},
  };
}

async function fileSubject(): Promise<SecretProviderSubject> {
  const folder = await mkdtemp(join(tmpdir(), 'umbra-contract-'));
  const at = (name: string) => ({ scheme: 'file', target: join(folder, name) });
  await writeFile(at('present').target, `${value}\n`, { mode: 0o600 });
  await writeFile(at('open').target, `${value}\n`, { mode: 0o644 });
  return {
    provider: fileSecrets(),
    value,
    present: at('present'),
    absent: at('absent'),
    refused: at('open'),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

async function commandSubject(): Promise<SecretProviderSubject> {
  const script = (code: string) => ({ scheme: 'command', target: [process.execPath, '-e', code] });
  return {
    provider: commandSecrets({ env: { VALUE: value } }),
    value,
    present: script('console.log(process.env.VALUE)'),
    absent: { scheme: 'command', target: ['/nowhere/program'] },
    refused: script('console.log(process.env.VALUE); console.error(process.env.VALUE); process.exit(1)'),
    async [Symbol.asyncDispose]() {},
  };
}

async function credentialSubject(): Promise<SecretProviderSubject> {
  const folder = await mkdtemp(join(tmpdir(), 'umbra-contract-'));
  const of = (target: string) => ({ scheme: 'credential', target });
  await writeFile(join(folder, 'present'), `${value}\n`, { mode: 0o400 });
  await writeFile(join(folder, 'open'), `${value}\n`, { mode: 0o644 });
  return {
    provider: credentialSecrets({ CREDENTIALS_DIRECTORY: folder }),
    value,
    present: of('present'),
    absent: of('absent'),
    refused: of('open'),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

async function storeSubject(): Promise<SecretProviderSubject> {
  const dir = await mkdtemp(join(tmpdir(), 'umbra-contract-'));
  const store = new SecretStore({ dir, clock: new FakeClock() });
  await store.set('umbra/present', new Secret(value));
  return {
    provider: store.provider(),
    value,
    present: { scheme: 'store', target: 'umbra/present' },
    absent: { scheme: 'store', target: 'umbra/absent' },
    [Symbol.asyncDispose]: () => rm(dir, { recursive: true }),
  };
}

/** The program stands for the keychain, which a machine without a desktop does not have. */
async function keychainSubject(): Promise<SecretProviderSubject> {
  const folder = await mkdtemp(join(tmpdir(), 'umbra-contract-'));
  const script = `#!/bin/sh\n[ "$*" = "lookup service umbra account present" ] && printf '%s' ${value} || exit 1\n`;
  await writeFile(join(folder, 'secret-tool'), script, { mode: 0o700 });
  const env = { PATH: `${folder}:${process.env['PATH']}` };
  const fallback = new SecretStore({ dir: folder, clock: new FakeClock() }).provider();
  return {
    provider: keychainSecrets({ env, fallback, notice: () => undefined, platform: 'linux' }),
    value,
    present: { scheme: 'keychain', target: 'umbra/present' },
    absent: { scheme: 'keychain', target: 'umbra/absent' },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

test.each([
  ['env', envSubject, ['passed', 'passed', 'passed', 'skipped']],
  ['file', fileSubject, ['passed', 'passed', 'passed', 'passed']],
  ['command', commandSubject, ['passed', 'passed', 'passed', 'passed']],
  ['credential', credentialSubject, ['passed', 'passed', 'passed', 'passed']],
  ['store', storeSubject, ['passed', 'passed', 'passed', 'skipped']],
  ['keychain', keychainSubject, ['passed', 'passed', 'passed', 'skipped']],
])('%s keeps the contract of secret providers', async (_, open, outcomes) => {
  const results = await runCases(secretProviderCases, { open });
  expect(results.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
  // The environment has nothing that would have to be refused.
  expect(results.map(({ outcome }) => outcome)).toEqual(outcomes);
});
