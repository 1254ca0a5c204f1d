import { UmbraError } from '@umbracore/contracts';
import type {
  DurationMs,
  RepositoryDefinition,
  RepositoryName,
  SecretReference,
  TransferLimits,
} from '@umbracore/contracts';
import { durationMs } from './duration.ts';
import type { Duration } from './duration.ts';

const lockWaitMs: DurationMs = 10 * 60_000;
const stallTimeoutMs: DurationMs = 2 * 60_000;
const catalogBytes = 2 * 1024 ** 3;

/** A repository as a program describes it. Everything but name and location has a default. */
export interface RepositoryInit {
  readonly name: RepositoryName;
  /** The address in the backend's own syntax; a local path is absolute. */
  readonly location: string;
  /** Where its password is found: `env:NAME`, `file:/abs/path`, or a whole reference. Never the password itself. */
  readonly password?: `env:${string}` | `file:/${string}` | SecretReference;
  /** `restic` if absent. */
  readonly backend?: string;
  readonly env?: Readonly<Record<string, SecretReference>>;
  readonly compression?: string;
  readonly packSizeBytes?: number;
  readonly limits?: TransferLimits;
  /** How long to wait for another client's lock; ten minutes if absent. */
  readonly lockWait?: Duration;
  /** How long it may answer nothing at all before it counts as unreachable; two minutes if absent. */
  readonly stallTimeout?: Duration;
  readonly options?: Readonly<Record<string, unknown>>;
  /** Whoever creates it lets it cut files like this one. */
  readonly sameChunkerAs?: RepositoryName;
  /** False leaves all reading to the engine. */
  readonly native?: boolean;
  /** How large the index of what its snapshots hold may become; 2 GiB if absent, 0 for none. */
  readonly catalogBytes?: number;
}

/** The full definition. Throws `usage.invalid` for a name or a password reference that cannot be one. */
export function defineRepository(init: RepositoryInit): RepositoryDefinition {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(init.name)) {
    throw new UmbraError('usage.invalid', `${JSON.stringify(init.name)} cannot be the name of a repository`, {
      hint: 'Use letters, digits, `-`, `_` and `.`, and begin with a letter or digit.',
    });
  }
  return {
    name: init.name,
    backend: init.backend ?? 'restic',
    location: init.location,
    password: typeof init.password === 'string' ? referenceFrom(init.password) : init.password,
    env: init.env ?? {},
    compression: init.compression,
    packSizeBytes: init.packSizeBytes,
    limits: init.limits ?? {},
    lockWaitMs: init.lockWait === undefined ? lockWaitMs : durationMs(init.lockWait),
    stallTimeoutMs: init.stallTimeout === undefined ? stallTimeoutMs : durationMs(init.stallTimeout),
    options: init.options ?? {},
    sameChunkerAs: init.sameChunkerAs,
    native: init.native ?? true,
    catalogBytes: init.catalogBytes ?? catalogBytes,
  };
}

/** Whoever passes the password itself by mistake must not find it in the error. */
function referenceFrom(text: string): SecretReference {
  const [, scheme, target] = /^(env|file):(.+)$/s.exec(text) ?? [];
  if (scheme !== undefined && target !== undefined) return { scheme, target };
  throw new UmbraError('usage.invalid', 'The password of a repository is given as a reference', {
    hint: 'Write env:NAME or file:/path, or give { scheme, target }.',
  });
}
