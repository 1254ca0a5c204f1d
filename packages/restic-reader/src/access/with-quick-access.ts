import {
  type Backend,
  type BackendFactory,
  type BackendHost,
  type BackendRepository,
  type MachineKey,
  type Operation,
  UmbraError,
} from '@umbracore/contracts';
import type { MachineKeyPlace } from '../machine-key/machine-key.ts';
import { secretFile } from '../machine-key/secret-file.ts';
import { localFolder } from '../native/place.ts';
import { QuickAccess } from './quick-access.ts';

/**
 * A backend of restic that opens its repositories as fast as can be: with the key of this machine where there is one, else
 * with a hint which key the password opens. Lists of keys and whatever a person types are left to the password.
 */
export const withQuickAccess =
  (factory: BackendFactory): BackendFactory =>
  (repository, host) => {
    if (repository.passwordOnly === true) return factory(repository, host);
    const access = accessTo(repository, host);
    const inner = factory({ ...repository, access }, host);
    const byPassword = (): Backend => factory({ ...repository, passwordOnly: true }, host);
    const keys = new MachineKeys(repository, host, byPassword);
    return {
      ...inner,
      supports: keys.place === undefined ? inner.supports : new Set([...inner.supports, 'machine-key']),
      copyFrom: (source, ...args) => inner.copyFrom({ ...source, access: accessTo(source, host) }, ...args),
      async keys(operation) {
        const found = await byPassword().keys(operation);
        const current = found.find((key) => key.current);
        if (current !== undefined) await access.opened(current.id);
        return found;
      },
      removeKey: (id, operation) => byPassword().removeKey(id, operation),
      machineKey: () => keys.current(),
      addMachineKey: () => keys.add(),
      removeMachineKey: (operation) => keys.remove(operation),
      passThrough: (args) => byPassword().passThrough(args),
    };
  };

const accessTo = (repository: BackendRepository, host: BackendHost): QuickAccess =>
  new QuickAccess(repository, host, placeOf(repository, host));

/** Only what lies on this machine can be given a key by us, and only where secrets are kept. */
function placeOf({ definition }: BackendRepository, { secretDir }: BackendHost): MachineKeyPlace | undefined {
  const repository = localFolder(definition.location);
  if (repository === undefined || secretDir === undefined) return undefined;
  return { repository, file: secretFile(secretDir, definition.name) };
}

class MachineKeys {
  readonly place: MachineKeyPlace | undefined;
  readonly #repository: BackendRepository;
  readonly #host: BackendHost;
  readonly #byPassword: () => Backend;

  constructor(repository: BackendRepository, host: BackendHost, byPassword: () => Backend) {
    this.place = placeOf(repository, host);
    this.#repository = repository;
    this.#host = host;
    this.#byPassword = byPassword;
  }

  async current(): Promise<MachineKey | undefined> {
    if (this.place === undefined) return undefined;
    const { machineKeyAt } = await import('../machine-key/machine-key.ts');
    return machineKeyAt(this.place);
  }

  async add(): Promise<MachineKey> {
    const { name } = this.#repository.definition;
    if (this.place === undefined) throw notHere(name);
    const { password } = this.#repository;
    if (password === undefined) throw noPassword(name);
    const { addMachineKey } = await import('../machine-key/machine-key.ts');
    return addMachineKey(this.place, password, this.#host.clock);
  }

  /** The key before its secret: after a crash in between there is a secret that opens nothing. */
  async remove(operation: Operation | undefined): Promise<boolean> {
    const known = await this.current();
    if (known === undefined || this.place === undefined) return false;
    // Two processes that made it at the same time have each put a key there.
    for (let { id } = known; id !== undefined;) {
      await this.#byPassword().removeKey(id, operation);
      const left: string | undefined = (await this.current())?.id;
      if (left === id) throw notRemoved(this.#repository.definition.name, id);
      id = left;
    }
    const { removeSecret } = await import('../machine-key/machine-key.ts');
    await removeSecret(this.place);
    return true;
  }
}

const notHere = (name: string): UmbraError =>
  new UmbraError(
    'backend.unsupported',
    `Repository ${name} is not a folder of this machine: no machine key can be put there`,
    {
      hint: 'A key file would have to be laid into `keys/` of its storage by hand; restic has no option for it.',
    },
  );

const notRemoved = (name: string, id: string): UmbraError =>
  new UmbraError('engine.failed', `Key ${id.slice(0, 8)} is still in repository ${name}`, {
    hint: `Remove it with \`umbra restic ${name} -- key remove ${id}\`.`,
  });

const noPassword = (name: string): UmbraError =>
  new UmbraError('secret.unavailable', `Repository ${name} has no password`, {
    hint: `Add a password to repository ${name} in the configuration.`,
  });
