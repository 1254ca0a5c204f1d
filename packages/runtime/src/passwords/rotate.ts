import {
  isUmbraError,
  type Backend,
  type Configuration,
  type KeyRecord,
  type Opener,
  type Operation,
  type Repositories,
  type RepositoryDefinition,
  type Secret,
  UmbraError,
} from '@umbracore/contracts';
import { SecretReplacement } from '@umbracore/integrations';
import { passwordFileOf } from './password-file.ts';

export interface RotationRequest {
  readonly configuration: Pick<Configuration, 'repositories'>;
  readonly repositories: Repositories;
  readonly definition: RepositoryDefinition;
  /** The password from now on. */
  readonly next: Secret;
}

export interface Rotation {
  /** The file that has the new password now. */
  readonly file: string;
  /** Ids of the key that opens with it, and of the one that was removed; as far as the engine tells them. */
  readonly added: string;
  readonly removed: string | undefined;
  /** True if this finished what an earlier rotation had left, with the password of that one: `next` was not used. */
  readonly finished: boolean;
}

/**
 * Replaces the password of a repository. The file of the configuration opens it at every moment: the new key is added and has
 * opened the repository before the file has its password, and the old key goes last. After a crash anywhere, or where somebody
 * used the repository meanwhile, the next call goes on where it stopped.
 *
 * Throws `secret.unavailable` for a password that is in no file of its own, before anything is changed.
 */
export async function rotatePassword(request: RotationRequest, operation: Operation = {}): Promise<Rotation> {
  const { configuration, definition } = request;
  const replacement = await SecretReplacement.of(passwordFileOf(definition, configuration));
  const left = await finishFormer(request, replacement, operation);
  if (left !== undefined) return { ...left, finished: true };
  const { next, key, old, finished } = await addNext(request, replacement, operation);
  await replacement.exchange();
  const removed = await removeKey(request, { password: next, keyHint: key }, old.id, operation);
  await replacement.dropFormer();
  return { file: replacement.file, added: key, removed, finished };
}

/** What the exchange came before of: only the old key is left to be removed. */
async function finishFormer(
  request: RotationRequest,
  replacement: SecretReplacement,
  operation: Operation,
): Promise<Omit<Rotation, 'finished'> | undefined> {
  const former = await replacement.former();
  if (former === undefined) return undefined;
  const { definition, repositories } = request;
  const { password } = await repositories.resolve(definition, operation.signal);
  // A crash in the exchange itself leaves the same secret in both.
  if (password === undefined || password.reveal() === former.reveal()) {
    await replacement.dropFormer();
    return undefined;
  }
  const current = await currentKey(await openedBy(request, { password }), operation);
  const old = await keyOf(request, former, operation);
  const removed =
    old === undefined ? undefined : await removeKey(request, { password, keyHint: current.id }, old.id, operation);
  await replacement.dropFormer();
  return { file: replacement.file, added: current.id, removed };
}

interface Added {
  readonly next: Secret;
  readonly key: string;
  readonly old: KeyRecord;
  /** An earlier call had added it. */
  readonly finished: boolean;
}

/** Adds the key of the next password, or finds it there, and proves that it opens. */
async function addNext(request: RotationRequest, replacement: SecretReplacement, operation: Operation): Promise<Added> {
  const { definition, repositories } = request;
  const resolved = await repositories.resolve(definition, operation.signal);
  const byOld = (keyHint?: string) => repositories.backendOf({ ...resolved, keyHint, passwordOnly: true });
  const old = await currentKey(await byOld(), operation);
  const prepared = await replacement.next();
  const known = prepared === undefined ? undefined : await keyOf(request, prepared, operation);
  // One that opens nothing was prepared by a call that came no further.
  if (prepared === undefined || known === undefined) {
    await replacement.dropNext();
    await replacement.prepare(request.next);
  }
  const next = prepared === undefined || known === undefined ? request.next : prepared;
  const key = known?.id ?? (await (await byOld(old.id)).addKey(next, operation));
  const proven = await currentKey(await openedBy(request, { password: next, keyHint: key }), operation);
  if (proven.id !== key) throw unproven(definition.name);
  return { next, key, old, finished: known !== undefined };
}

/** Opened by this password alone. Each key that is tried before its own takes half a second. */
async function openedBy({ repositories, definition }: RotationRequest, by: Partial<Opener>): Promise<Backend> {
  return repositories.backendOf({ ...(await repositories.resolve(definition)), ...by, passwordOnly: true });
}

async function removeKey(request: RotationRequest, by: Opener, id: string, operation: Operation): Promise<string> {
  try {
    await (await openedBy(request, by)).removeKey(id, operation);
    return id;
  } catch (cause) {
    if (!isUmbraError(cause)) throw cause;
    const { name } = request.definition;
    throw new UmbraError(
      cause.code,
      `The new password of ${name} is in use, and the old one still opens it: ${cause.message}`,
      {
        hint: `Run \`umbra repo password rotate ${name}\` again to remove the old one.`,
        cause,
      },
    );
  }
}

/** The key that a password opens; undefined if it opens none. */
async function keyOf(request: RotationRequest, password: Secret, operation: Operation): Promise<KeyRecord | undefined> {
  try {
    return await currentKey(await openedBy(request, { password }), operation);
  } catch (error) {
    if (isUmbraError(error) && error.code === 'repository.wrong-password') return undefined;
    throw error;
  }
}

async function currentKey(backend: Backend, operation: Operation): Promise<KeyRecord> {
  const current = (await backend.keys(operation)).find((key) => key.current);
  if (current !== undefined) return current;
  throw new UmbraError('engine.output', 'The engine does not tell which key opened the repository');
}

const unproven = (name: string): UmbraError =>
  new UmbraError('engine.failed', `The new password does not open ${name} as it should: the old one stays in use`, {
    hint: `Look at \`umbra repo password list ${name}\`.`,
  });
