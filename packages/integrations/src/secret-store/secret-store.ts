import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Clock, type Instant, Secret, type SecretProvider, UmbraError } from '@umbracore/contracts';
import { fileSecrets } from '../file-secrets.ts';
import { systemCode, unavailable } from '../secret-text.ts';
import {
  keyFromPassphrase,
  newSalt,
  scryptCosts,
  seal,
  unseal,
  type ScryptParameters,
  type SealedValue,
} from './sealing.ts';
import { decodeContent, decodeKeys, type Keys, type StoreContent } from './store-content.ts';
import { withLock } from './lock.ts';

export interface SecretStoreOptions {
  /** Holds `store.json`, and `store.key` where no passphrase is used. Made if absent, for this user alone. */
  readonly dir: string;
  readonly clock: Clock;
  /** A file with the passphrase; without it the key is a file beside the store. */
  readonly passphraseFile?: string | undefined;
  /** What a new passphrase is made into a key with; `scryptCosts` if absent. */
  readonly costs?: Omit<ScryptParameters, 'salt'> | undefined;
}

export interface StoredSecret {
  readonly name: string;
  readonly setAt: Instant;
}

const files = fileSecrets();

export const secretNamePattern = /^[A-Za-z0-9][A-Za-z0-9._-]*(?:\/[A-Za-z0-9][A-Za-z0-9._-]*)?$/;

/**
 * Secrets of this machine in one encrypted file. Every change is whole or not there, whoever is killed; two at the same time
 * wait for each other. The key is a file of mode 0600 beside it, or comes from a passphrase by scrypt.
 */
export class SecretStore {
  readonly #options: SecretStoreOptions;

  constructor(options: SecretStoreOptions) {
    this.#options = options;
  }

  get file(): string {
    return join(this.#options.dir, 'store.json');
  }

  get #keyFile(): string {
    return join(this.#options.dir, 'store.key');
  }

  /** Names alone: nothing is decrypted. */
  async list(): Promise<readonly StoredSecret[]> {
    const content = await this.#read();
    return Object.entries(content?.entries ?? {})
      .map(([name, { setAt }]) => ({ name, setAt }))
      .toSorted((one, other) => (one.name < other.name ? -1 : 1));
  }

  /** Whether its key comes from a passphrase. */
  async isByPassphrase(): Promise<boolean> {
    const content = await this.#read();
    return content === undefined ? this.#options.passphraseFile !== undefined : 'scrypt' in content.key;
  }

  /** Undefined if there is none of the name. Throws `secret.unavailable` if it cannot be opened. */
  async get(name: string): Promise<Secret | undefined> {
    const content = await this.#read();
    const entry = content !== undefined && Object.hasOwn(content.entries, name) ? content.entries[name] : undefined;
    if (content === undefined || entry === undefined) return undefined;
    return new Secret(opened(await this.#keyOf(content), entry, name, this.file));
  }

  /** Adds or replaces one. */
  async set(name: string, secret: Secret): Promise<void> {
    if (!secretNamePattern.test(name)) throw badName(name);
    await this.#change(async () => {
      const content = (await this.#read()) ?? (await this.#begin());
      const key = await this.#keyOf(content);
      const entry = { ...seal(key, secret.reveal(), name), setAt: this.#options.clock.now() };
      await this.#write({ ...content, entries: { ...content.entries, [name]: entry } });
    });
  }

  /** False if there was none of the name. */
  async remove(name: string): Promise<boolean> {
    return await this.#change(async () => {
      const content = await this.#read();
      if (content === undefined || !Object.hasOwn(content.entries, name)) return false;
      const { [name]: _removed, ...entries } = content.entries;
      await this.#write({ ...content, entries });
      return true;
    });
  }

  /**
   * Seals everything with a new key: a new key file, or another passphrase. In between there are both keys, so that whatever is on
   * the disk opens.
   */
  async rotate(next: { readonly passphraseFile?: string | undefined } = {}): Promise<number> {
    return await this.#change(async () => {
      const content = await this.#read();
      if (content === undefined) return 0;
      const old = await this.#keyOf(content);
      const values = Object.entries(content.entries).map(
        ([name, { setAt, ...sealed }]) => [name, opened(old, sealed, name, this.file), setAt] as const,
      );
      const fresh = await this.#begin(next.passphraseFile);
      const key = await this.#keyOf(fresh, next.passphraseFile);
      const entries = values.map(([name, value, setAt]) => [name, { ...seal(key, value, name), setAt }] as const);
      await this.#write({ ...fresh, entries: Object.fromEntries(entries) });
      await this.#forgetOtherKeys(fresh);
      return entries.length;
    });
  }

  /** As a provider: `store:NAME`. */
  provider(): SecretProvider {
    return {
      scheme: 'store',
      resolve: async ({ target }) => {
        const name = typeof target === 'string' ? target : '';
        const found = await this.get(name);
        if (found !== undefined) return found;
        throw unavailable(`store:${name}`, 'there is no such secret in the store', `Run \`umbra secret set ${name}\`.`);
      },
    };
  }

  async #change<T>(work: () => Promise<T>): Promise<T> {
    await mkdir(this.#options.dir, { recursive: true, mode: 0o700 });
    return await withLock(join(this.#options.dir, 'store.lock'), this.#options.clock, work);
  }

  async #read(): Promise<StoreContent | undefined> {
    const text = await readFile(this.file, 'utf8').catch((error: unknown) => {
      if (systemCode(error) === 'ENOENT') return undefined;
      throw new UmbraError('secret.unavailable', `${this.file} cannot be read (${systemCode(error)})`, {
        hint: 'Run umbra as the user whom it belongs to.',
      });
    });
    if (text === undefined) return undefined;
    const content = decodeContent(text);
    if (content === undefined) throw this.#isNoStore();
    return content;
  }

  #isNoStore(): UmbraError {
    return new UmbraError('secret.unavailable', `${this.file} is no store of secrets`, {
      hint: 'Bring it back from a backup, or move it away and set the secrets again.',
    });
  }

  /** An empty store with a key of its own, which is durable when it resolves. */
  async #begin(passphraseFile = this.#options.passphraseFile): Promise<StoreContent> {
    const empty = { schema: 'umbra.secrets/1', entries: {} } as const;
    if (passphraseFile !== undefined) {
      const parameters = { salt: newSalt(), ...(this.#options.costs ?? scryptCosts) };
      const key = await this.#fromPassphrase(parameters, passphraseFile);
      return { ...empty, key: { scrypt: parameters }, check: seal(key, '', checkName) };
    }
    const id = randomBytes(6).toString('hex');
    const key = randomBytes(32);
    await this.#writeKeys({ ...(await this.#keys()), [id]: key.toString('base64') });
    return { ...empty, key: { id }, check: seal(key, '', checkName) };
  }

  async #keyOf({ key, check }: StoreContent, passphraseFile?: string): Promise<Buffer> {
    const found = 'id' in key ? await this.#keyById(key.id) : await this.#fromPassphrase(key.scrypt, passphraseFile);
    opened(found, check, checkName, this.file);
    return found;
  }

  async #keyById(id: string): Promise<Buffer> {
    const text = (await this.#keys())[id];
    if (text !== undefined) return Buffer.from(text, 'base64');
    throw new UmbraError('secret.unavailable', `${this.#keyFile} does not have the key of the store`, {
      hint: 'Bring the file back from where it was kept; without it the store cannot be opened.',
    });
  }

  /** Of a file that nobody else may read. */
  async #keys(): Promise<Keys> {
    const text = await files.resolve({ scheme: 'file', target: this.#keyFile }).catch((error: unknown) => {
      if (error instanceof Error && error.message.endsWith('there is no such file')) return undefined;
      throw error;
    });
    if (text === undefined) return {};
    const keys = decodeKeys(text.reveal());
    if (keys !== undefined) return keys;
    throw new UmbraError('secret.unavailable', `${this.#keyFile} is no file of keys`, {
      hint: 'Bring it back from where it was kept; without it the store cannot be opened.',
    });
  }

  async #fromPassphrase(parameters: ScryptParameters, file = this.#options.passphraseFile): Promise<Buffer> {
    if (file === undefined)
      throw new UmbraError('secret.unavailable', 'the store of secrets is opened by a passphrase, and none is given', {
        hint: 'Write it into a file of mode 0600, and its path into UMBRA_SECRET_PASSPHRASE_FILE.',
      });
    const passphrase = await files.resolve({ scheme: 'file', target: file });
    return await keyFromPassphrase(passphrase.reveal(), parameters).catch(() => {
      throw this.#isNoStore();
    });
  }

  async #forgetOtherKeys({ key }: StoreContent): Promise<void> {
    const keys = await this.#keys();
    const kept = Object.entries(keys).filter(([id]) => 'id' in key && id === key.id);
    if (kept.length > 0) await this.#writeKeys(Object.fromEntries(kept));
    else await rm(this.#keyFile, { force: true });
  }

  #write(content: StoreContent): Promise<void> {
    return writeAtomically(this.file, `${JSON.stringify(content)}\n`);
  }

  #writeKeys(keys: Keys): Promise<void> {
    return writeAtomically(this.#keyFile, `${JSON.stringify(keys)}\n`);
  }
}

/** No entry can have this name. */
const checkName = '/check';

function opened(key: Buffer, sealed: SealedValue, name: string, file: string): string {
  try {
    return unseal(key, sealed, name);
  } catch {
    const what = name === checkName ? 'the key or passphrase is another one' : `the secret ${name} was changed`;
    throw new UmbraError('secret.unavailable', `${file} cannot be opened: ${what}`, {
      hint: name === checkName ? 'Give the key or passphrase it was sealed with.' : `Run \`umbra secret set ${name}\`.`,
    });
  }
}

const badName = (name: string): UmbraError =>
  new UmbraError('usage.invalid', `${JSON.stringify(name)} is no name for a secret`, {
    hint: 'Use letters, digits, "-", "_", "." and one "/", such as umbra/home.',
  });

/** After a crash the file is the old one or the new one. */
async function writeAtomically(file: string, text: string): Promise<void> {
  const draft = `${file}.${randomBytes(6).toString('hex')}.new`;
  try {
    await using handle = await open(draft, 'wx', 0o600);
    await handle.writeFile(text);
    await handle.sync();
    await rename(draft, file);
  } finally {
    await rm(draft, { force: true });
  }
  await using folder = await open(dirname(file), 'r');
  await folder.sync();
}
