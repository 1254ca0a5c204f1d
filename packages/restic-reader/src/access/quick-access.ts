import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { BackendHost, BackendRepository, Opener, RepositoryAccess, Secret } from '@umbracore/contracts';
import { reasonOf } from '@umbracore/contracts';
import { localFolder, readablePath } from '../native/place.ts';
import { rememberedHint, rememberHint } from './key-hints.ts';
import type { MachineKeyPlace } from '../machine-key/machine-key.ts';
import { readSecret, Unusable } from '../machine-key/secret-file.ts';

/** What opens a repository soonest: the key of this machine if there is one, else its password with the key that it opened last. */
export class QuickAccess implements RepositoryAccess {
  readonly #repository: BackendRepository;
  readonly #host: BackendHost;
  readonly #machineKey: MachineKeyPlace | undefined;

  constructor(repository: BackendRepository, host: BackendHost, machineKey: MachineKeyPlace | undefined) {
    this.#repository = repository;
    this.#host = host;
    this.#machineKey = machineKey;
  }

  async opener(password: Secret): Promise<Opener> {
    return (await this.#byMachineKey()) ?? { password, keyHint: await this.#hint() };
  }

  opened(keyId: string): Promise<void> {
    return rememberHint(this.#host.cacheDir, this.#repository.definition.location, keyId);
  }

  async #byMachineKey(): Promise<Opener | undefined> {
    if (this.#machineKey === undefined) return undefined;
    const secret = await readSecret(this.#machineKey.file);
    if (secret === undefined) return undefined;
    if (secret instanceof Unusable) return this.#leave(`its secret ${secret.why}`);
    try {
      const { findKeyIn } = await import('../machine-key/find-key.ts');
      const id = await findKeyIn(this.#machineKey.repository, secret);
      return id === undefined ? this.#leave('it is not in the repository') : { password: secret, keyHint: id };
    } catch (error) {
      return this.#leave(reasonOf(error));
    }
  }

  #leave(reason: string): undefined {
    const { name } = this.#repository.definition;
    this.#host.log.warn({ repository: name, reason }, `the machine key of ${name} is not used: ${reason}`);
    return undefined;
  }

  async #hint(): Promise<string | undefined> {
    const known = await rememberedHint(this.#host.cacheDir, this.#repository.definition.location);
    if (known !== undefined && !this.#isGone(known)) return known;
    return this.#findHint();
  }

  /** A key of a local repository that was removed. */
  #isGone(id: string): boolean {
    const folder = localFolder(this.#repository.definition.location);
    return folder !== undefined && id.length === 64 && !existsSync(join(folder, 'keys', id));
  }

  /** Once for each repository: restic would try the same keys, and at every call. */
  async #findHint(): Promise<string | undefined> {
    const place = readablePath(this.#repository, this.#host.env);
    if (place.path === undefined) return undefined;
    try {
      const { keyThatOpens } = await import('./key-that-opens.ts');
      const id = await keyThatOpens(place.path, place.password);
      if (id !== undefined) await this.opened(id);
      return id;
    } catch {
      return undefined;
    }
  }
}
