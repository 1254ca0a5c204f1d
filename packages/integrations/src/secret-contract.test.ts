import { runCases, type SecretProviderSubject, secretProviderCases } from '@umbracore/testkit';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commandSecrets, envSecrets, fileSecrets } from './index.ts';

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

test.each([
  ['env', envSubject, ['passed', 'passed', 'passed', 'skipped']],
  ['file', fileSubject, ['passed', 'passed', 'passed', 'passed']],
  ['command', commandSubject, ['passed', 'passed', 'passed', 'passed']],
])('%s keeps the contract of secret providers', async (_, open, outcomes) => {
  const results = await runCases(secretProviderCases, { open });
  expect(results.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
  // The environment has nothing that would have to be refused.
  expect(results.map(({ outcome }) => outcome)).toEqual(outcomes);
});
