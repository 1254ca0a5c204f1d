import { dirname, join } from 'node:path';
import type {
  BackupJobDefinition,
  PluginReference,
  RepositoryDefinition,
  RetryStrategy,
  Schedule,
  SecretReference,
  TransferLimits,
} from '@umbracore/contracts';
import { builtIn, builtInRepository } from './built-in.ts';
import type { Collection, Entry } from './collect.ts';
import { absoluteLocation, absolutePath } from './file-path.ts';
import type { CompleteFields } from './layers.ts';
import type { JobFields, RepositoryInput } from './schema.ts';
import { parseSecretReference } from './secret-reference.ts';
import { parseDuration, parseRate, parseSize } from './units.ts';

function toLimits(limits: JobFields['limits']): TransferLimits {
  return {
    uploadBytesPerSecond: parseRate(limits?.upload ?? builtIn.limits.upload),
    downloadBytesPerSecond: parseRate(limits?.download ?? builtIn.limits.download),
  };
}

function toRetry(fields: NonNullable<JobFields['retry']>): RetryStrategy {
  const { type, maxAttempts, initialDelay, maxDelay, factor, maxTotal } = { ...builtIn.retry, ...fields };
  switch (type) {
    case 'none':
      return { type };
    case 'fixed':
      return {
        type,
        maxAttempts: maxAttempts ?? builtIn.retry.maxAttempts,
        delayMs: parseDuration(initialDelay ?? builtIn.retry.initialDelay),
      };
    case 'exponentialBackoff':
    case undefined:
      return {
        type: 'exponentialBackoff',
        maxAttempts: maxAttempts ?? builtIn.retry.maxAttempts,
        initialDelayMs: parseDuration(initialDelay ?? builtIn.retry.initialDelay),
        maxDelayMs: parseDuration(maxDelay ?? builtIn.retry.maxDelay),
        factor: factor ?? builtIn.retry.factor,
        maxTotalMs: parseDuration(maxTotal ?? builtIn.retry.maxTotal),
      };
    default:
      return type satisfies never;
  }
}

/** A job with all layers applied, as the rest of the product sees it. */
export function toJob(
  id: string,
  fields: CompleteFields,
  repositories: readonly string[],
  schedules: readonly Schedule[],
): BackupJobDefinition {
  return {
    kind: 'backup',
    id,
    description: fields.description,
    enabled: fields.enabled,
    sources: fields.sources ?? [],
    excludes: fields.excludes,
    excludeIfPresent: fields.excludeIfPresent,
    excludeCaches: fields.excludeCaches,
    oneFileSystem: fields.oneFileSystem,
    repositories,
    tags: fields.tags,
    compressionLevel: fields.compressionLevel,
    schedules,
    retry: toRetry(fields.retry),
    verifyAfterBackup: fields.verify.afterBackup ?? builtIn.verify.afterBackup,
    limits: toLimits(fields.limits),
    maxRuntimeMs: fields.maxRuntime === undefined ? undefined : parseDuration(fields.maxRuntime),
    stallTimeoutMs: parseDuration(fields.stallTimeout),
    shrinkLimit: fields.shrinkLimit,
    orphanPolicy: fields.orphanPolicy,
  };
}

/** A repository as the rest of the product sees it. */
export function toRepository(
  entry: Entry<RepositoryInput>,
  home: string,
  stateDir: string | undefined,
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
    lockWaitMs: parseDuration(fields.lockWait ?? builtInRepository.lockWait),
    options: fields.options ?? {},
  };
}

/** A plug-in by its package name, or by the absolute path of its file. */
export function toPlugin({ value, source }: Collection['plugins'][number], home: string): PluginReference {
  const { use, options } = typeof value === 'string' ? { use: value, options: undefined } : value;
  const isPath = /^(?:\.{0,2}\/|~\/|[A-Za-z]:[\\/])/.test(use);
  return { use: isPath ? absolutePath(use, { base: dirname(source.file), home }) : use, options };
}
