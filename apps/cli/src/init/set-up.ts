import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { isUmbraError, reasonOf, UmbraError, type RepositoryFacts } from '@umbracore/contracts';
import { repositoryNamed } from '@umbracore/runtime/history';
import type { InitFlags } from '../commands/init.ts';
import {
  discoverConfiguration,
  makePassword,
  ownPasswordFile,
  runtimePaths,
  starterConfiguration,
} from '../doors/configuration.ts';
import type { Session } from '../session.ts';
import type { Answers } from './answers.ts';

export interface SetUp {
  readonly configFile: string;
  readonly passwordFile: string;
  /** True if the password was made now. */
  readonly passwordMade: boolean;
  readonly facts: RepositoryFacts;
}

/** The file that `init` will write. Throws `usage.invalid` if there is a configuration already. */
export async function freeConfigFile({ globals, env, cwd, home }: Session): Promise<string> {
  const named = globals.config ?? (env['UMBRA_CONFIG'] || undefined);
  if (named !== undefined) {
    const file = resolve(cwd, named);
    if (existsSync(file)) throw alreadyConfigured(file);
    return file;
  }
  const systemScope = process.getuid?.() === 0;
  const { file, searched } = await discoverConfiguration({ cwd, env, home, systemScope });
  if (file !== undefined) throw alreadyConfigured(file);
  // The last two folders that are searched are the user's and the system's.
  return (
    searched.filter((path) => basename(path) === 'umbra.yaml').at(-2) ?? join(home, '.config', 'umbra', 'umbra.yaml')
  );
}

const alreadyConfigured = (file: string): UmbraError =>
  new UmbraError('usage.invalid', `there is a configuration already: ${file}`, {
    hint: 'Add to it with `umbra job add`, or name another file with --config.',
  });

/**
 * Password, configuration, repository, in this order: a repository never exists without the password that opens it.
 * If the repository cannot be made or opened, the two files made here are removed again.
 */
export async function setUp(session: Session, configFile: string, answers: Answers, flags: InitFlags): Promise<SetUp> {
  const { passwordFile, made } = await choosePassword(session, answers, flags);
  let written = false;
  try {
    await writeConfiguration(configFile, answers, passwordFile);
    written = true;
    const facts = await openRepository(session, configFile, answers, flags.adopt === true);
    return { configFile, passwordFile, passwordMade: made, facts };
  } catch (error) {
    // What could not be written may be there all the same: somebody else's.
    if (written) await rm(configFile, { force: true });
    if (made) await rm(passwordFile, { force: true });
    throw error;
  }
}

async function choosePassword(
  session: Session,
  { name }: Answers,
  flags: InitFlags,
): Promise<{ readonly passwordFile: string; readonly made: boolean }> {
  if (flags.passwordFile !== undefined) {
    const passwordFile = resolve(session.cwd, flags.passwordFile);
    await readFile(passwordFile).catch((cause: unknown) => {
      throw new UmbraError('secret.unavailable', `the password file ${passwordFile} cannot be read`, {
        hint: 'Correct --password-file.',
        cause,
      });
    });
    return { passwordFile, made: false };
  }
  if (flags.adopt === true) {
    throw new UmbraError('usage.confirmation-needed', 'an existing repository needs its own password', {
      hint: 'Write it to a file of mode 0600 and give --password-file.',
    });
  }
  const passwordFile = ownPasswordFile(runtimePaths(session.place()).secretDir, name);
  await makePassword(passwordFile).catch((error: unknown) => {
    if (isUmbraError(error)) throw error;
    throw new UmbraError('state.read-only', `the password cannot be kept in ${passwordFile}: ${reasonOf(error)}`, {
      hint: 'Set UMBRA_STATE_DIR to a folder that can be written, or give --password-file.',
      cause: error,
    });
  });
  return { passwordFile, made: true };
}

async function writeConfiguration(file: string, answers: Answers, passwordFile: string): Promise<void> {
  const { name, location, backend, sources, schedule } = answers;
  const password = `file:${passwordFile}`;
  const named = backend === 'restic' ? undefined : backend;
  const text = starterConfiguration({
    repository: name,
    location,
    backend: named,
    password,
    job: name,
    sources,
    schedule,
  });
  try {
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await using handle = await open(file, 'wx', 0o600);
    await handle.writeFile(text);
    await handle.sync();
  } catch (error) {
    throw notWritten(file, error);
  }
}

const notWritten = (file: string, cause: unknown): UmbraError =>
  new UmbraError('config.unreadable', `${file} cannot be written: ${reasonOf(cause)}`, {
    hint: 'Look at the permissions of its folder, or name another file with --config.',
    cause,
  });

async function openRepository(
  session: Session,
  configFile: string,
  { name, location }: Answers,
  adopt: boolean,
): Promise<RepositoryFacts> {
  const { repositories, configuration } = await session.runtime({ configFile });
  const definition = repositoryNamed(configuration, name);
  const operation = { signal: session.interrupt.signal };
  if (adopt) return repositories.adopt(definition, operation);
  try {
    return await repositories.create(definition, operation);
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || error.code !== 'repository.exists') throw error;
    throw new UmbraError('repository.exists', `there is a repository at ${location} already`, {
      hint: 'Use it with --adopt and --password-file, or choose another location.',
      cause: error,
    });
  }
}
