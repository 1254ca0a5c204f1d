import { dirname, join } from 'node:path';
import type { PluginReference, RepositoryDefinition, SecretReference } from '@umbracore/contracts';
import { builtInRepository } from './built-in.ts';
import type { Collection, Entry } from './reading/collect.ts';
import { absoluteLocation, absolutePath } from './reading/file-path.ts';
import { toLimits } from './jobs/job-definition.ts';
import type { RepositoryInput } from './schema/configuration.ts';
import { parseSecretReference } from './secret-reference.ts';
import { plainThrottle, toThrottle } from './throttle.ts';
import { parseDuration, parseSize } from './units.ts';

/** A repository as the rest of the product sees it. */
export function toRepository(
  entry: Entry<RepositoryInput>,
  home: string,
  stateDir: string | undefined,
  timezone: string,
): RepositoryDefinition {
  const { name, value, source } = entry;
  const folders = { base: dirname(source.file), home };
  const fields = typeof value === 'string' ? { url: value } : value;
  const env = Object.entries(fields.env ?? {}).map(([key, reference]): [string, SecretReference] => [
    key,
    parseSecretReference(reference, folders),
  ]);
  const ownFile: SecretReference | undefined =
    stateDir === undefined ? undefined : { scheme: 'file', target: join(stateDir, 'secrets', `${name}.password`) };
  return {
    name,
    backend: fields.backend ?? builtInRepository.backend,
    location: absoluteLocation(fields.url, folders),
    password: fields.password === undefined ? ownFile : parseSecretReference(fields.password, folders),
    env: Object.fromEntries(env),
    compression: fields.compression,
    packSizeBytes: fields.packSize === undefined ? undefined : parseSize(fields.packSize),
    limits: toLimits(fields.limits),
    throttle: toThrottle(fields.throttle && plainThrottle(fields.throttle), timezone),
    lockWaitMs: parseDuration(fields.lockWait ?? builtInRepository.lockWait),
    stallTimeoutMs: parseDuration(fields.stallTimeout ?? builtInRepository.stallTimeout),
    options: fields.options ?? {},
    sameChunkerAs: fields.sameChunkerAs,
    native: fields.native ?? builtInRepository.native,
    quotaBytes: fields.quota === undefined ? undefined : parseSize(fields.quota),
    catalogBytes: fields.catalog === false ? 0 : parseSize(fields.catalog ?? builtInRepository.catalog),
  };
}

/** A plug-in by its package name, or by the absolute path of its file. */
export function toPlugin({ value, source }: Collection['plugins'][number], home: string): PluginReference {
  const { use, options } = typeof value === 'string' ? { use: value, options: undefined } : value;
  const isPath = /^(?:\.{0,2}\/|~\/|[A-Za-z]:[\\/])/.test(use);
  return { use: isPath ? absolutePath(use, { base: dirname(source.file), home }) : use, options };
}
