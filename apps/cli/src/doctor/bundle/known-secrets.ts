import { constants } from 'node:fs';
import { open, readdir, readFile } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import { unescape } from 'node:querystring';
import { Secret, toUmbraError, type Configuration, type SecretReference } from '@umbracore/contracts';
import { referenceText } from '@umbracore/runtime/documents';
import {
  discoverConfiguration,
  readConfiguration,
  runtimePaths,
  secretsIn,
  secretStoreIn,
} from '../../doors/configuration.ts';
import { systemClock } from '../../doors/process-table.ts';
import type { Session } from '../../session.ts';

export interface KnownSecrets {
  readonly secrets: readonly Secret[];
  /** What could not be had, or only by asking somebody: each with the reason, fit to be shown. */
  readonly unknown: readonly string[];
}

/** No secret is longer. */
const mostBytes = 64 * 1024;

/**
 * Every secret that can be had without asking a person or starting a program: what the configuration refers to by `env:`, `file:`,
 * `store:` and `credential:`, and all that this machine keeps, referred to or not. Of a configuration that cannot be read the
 * references are taken from its text.
 */
export async function knownSecrets(session: Session): Promise<KnownSecrets> {
  const configuration = await readConfiguration(session.place()).catch(() => undefined);
  const values = new Set<string>();
  const unknown: string[] = [];
  const { references, addresses } =
    configuration === undefined ? await toldByText(session, unknown) : told(configuration);
  const gather = async (what: string, work: () => Promise<readonly string[]>): Promise<void> => {
    try {
      for (const value of await work()) if (value.trim() !== '') values.add(value.trim());
    } catch (error) {
      unknown.push(`${what}: ${toUmbraError(error).message}`);
    }
  };
  const { stateDir, secretDir } = runtimePaths(session.place());
  for (const name of await namesIn(secretDir))
    if (isReadable(name)) await gather(name, async () => valuesIn(await contentOf(join(secretDir, name))));
  await gather('daemon.token', () => contentIfThere(join(stateDir, 'daemon.token')));
  await gather('store:', () => inStore(session, stateDir));
  await gather('addresses', async () => inAddresses(addresses));
  for (const reference of references) await gather(referenceText(reference), () => valuesOf(session, reference));
  return { secrets: [...values].map((value) => new Secret(value)), unknown };
}

/** The store is sealed, and its lock tells nothing. */
const isReadable = (name: string): boolean => name === 'store.key' || !name.startsWith('store.');

/** What tells of secrets in a configuration: its references, and its addresses in a text. */
interface Telling {
  readonly references: readonly SecretReference[];
  readonly addresses: string;
}

function told(configuration: Configuration): Telling {
  const byText = new Map(secretsIn(configuration).map(([, reference]) => [referenceText(reference), reference]));
  const addresses = [...configuration.repositories.values()].map(({ location }) => location).join('\n');
  return { references: [...byText.values()], addresses };
}

async function toldByText({ globals, env, cwd, home }: Session, unknown: string[]): Promise<Telling> {
  const systemScope = process.getuid?.() === 0;
  const { file } = await discoverConfiguration({ path: globals.config, env, cwd, home, systemScope }).catch(() => ({
    file: undefined,
  }));
  if (file === undefined) return { references: [], addresses: '' };
  unknown.push(
    `${file}: what else it refers to, as only what stands in its text by env:, file: or credential: was found`,
  );
  const text = await readFile(file, 'utf8').catch(() => '');
  const found = text.matchAll(/\b(env|file|credential):([^\s"',{}[\]]+)/g);
  return { references: [...found].map(([, scheme = '', target = '']) => ({ scheme, target })), addresses: text };
}

/** The passwords of URLs, as they are there and as they are meant. */
const inAddresses = (text: string): readonly string[] =>
  [...text.matchAll(/:\/\/[^/\s:@"']*:([^/\s"']*)@/g)].flatMap(([, value = '']) => [value, unescape(value)]);

async function valuesOf({ env }: Session, { scheme, target }: SecretReference): Promise<readonly string[]> {
  if (typeof target === 'string') {
    if (scheme === 'env') return [demanded(env[target], 'it is not set here')];
    if (scheme === 'file') return valuesIn(await contentOf(target));
    if (scheme === 'credential')
      return valuesIn(await contentOf(join(demanded(env['CREDENTIALS_DIRECTORY'], 'none was given here'), target)));
    // Taken from the store whole, with those that nothing refers to.
    if (scheme === 'store') return [];
  }
  throw new Error('finding it may ask somebody');
}

function demanded(value: string | undefined, otherwise: string): string {
  if (value === undefined) throw new Error(otherwise);
  return value;
}

async function inStore({ env }: Session, stateDir: string): Promise<readonly string[]> {
  const store = secretStoreIn(stateDir, env, systemClock);
  const values: string[] = [];
  for (const { name } of await store.list()) values.push((await store.get(name))?.reveal() ?? '');
  return values;
}

const namesIn = (folder: string): Promise<readonly string[]> => readdir(folder).catch(() => []);

const contentIfThere = async (file: string): Promise<readonly string[]> => valuesIn(await contentOf(file, ''));

/** Also of a file that others may read: what is refused as a secret may have been told all the same. */
async function contentOf(file: string, otherwise?: string): Promise<string> {
  if (!isAbsolute(file)) throw new Error('it has no absolute path');
  try {
    // Without O_NONBLOCK opening a pipe would wait for its writer.
    await using handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    if (!(await handle.stat()).isFile()) throw new Error('it is not a regular file');
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(mostBytes), 0, mostBytes, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } catch (error) {
    if (otherwise !== undefined && error instanceof Error && 'code' in error && error.code === 'ENOENT')
      return otherwise;
    throw error;
  }
}

/** A file may hold several, such as keys by their names. */
function valuesIn(content: string): readonly string[] {
  try {
    const parsed: unknown = JSON.parse(content);
    if (typeof parsed === 'object' && parsed !== null)
      return Object.values(parsed).filter((value) => typeof value === 'string');
  } catch {
    // The secret itself.
  }
  return [content];
}
