import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, mkdirSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { type Secret, UmbraError } from '@umbracore/contracts';
import type { Borg } from './borg.ts';
import { buildCommand } from './command.ts';
import { borgCache } from './environment.ts';

/** The first one behind standard input, output and error. */
const passwordDescriptor = 3;

/**
 * Runs borg at the terminal of a person, with `BORG_REPO` set and the password at hand, unless that is to be changed: then borg asks for
 * the old and the new one, for it would take what it is given for both. Resolves to the exit code.
 */
export async function passThrough(borg: Borg, args: readonly string[]): Promise<number> {
  const { host, repository } = borg;
  const { path } = await borg.program({});
  mkdirSync(host.scratchDir, { recursive: true, mode: 0o700 });
  mkdirSync(borgCache(host), { recursive: true, mode: 0o700 });
  const { env, secretEnv = {}, descriptors = {} } = buildCommand(path, repository, host, { name: '' });
  const { BORG_PASSPHRASE_FD: _placeholder, ...plain } = env;
  const [password] = Object.values(descriptors);
  const file = openUnlinked(host.scratchDir, password);
  const secrets = Object.entries(secretEnv).map(([name, value]) => [name, value.reveal()]);
  const { TERM, COLUMNS } = host.env;
  try {
    return await run(path, args, file, {
      ...plain,
      ...(TERM && { TERM }),
      ...(COLUMNS && { COLUMNS }),
      ...Object.fromEntries(secrets),
      BORG_REPO: repository.definition.location,
      ...(args.includes('change-passphrase') ? {} : { BORG_PASSPHRASE_FD: String(passwordDescriptor) }),
    });
  } finally {
    closeSync(file);
  }
}

/** A file that has no name any more, open at its start: only who inherits it can read it. */
function openUnlinked(folder: string, content: Secret | Uint8Array | undefined): number {
  const path = join(folder, `pass-${randomUUID()}`);
  const writing = openSync(path, 'wx', 0o600);
  try {
    const bytes = content instanceof Uint8Array ? content : Buffer.from(content?.reveal() ?? '');
    writeSync(writing, bytes);
    return openSync(path, 'r');
  } finally {
    closeSync(writing);
    unlinkSync(path);
  }
}

function run(program: string, args: readonly string[], file: number, env: Record<string, string>): Promise<number> {
  // Ctrl-C reaches borg too, which cleans up and ends; we must not die before it.
  const ignore = (): void => undefined;
  process.on('SIGINT', ignore);
  return new Promise<number>((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['inherit', 'inherit', 'inherit', file], env });
    child.on('error', (cause) =>
      reject(new UmbraError('engine.spawn-failed', `borg could not be started: ${cause.message}`, { cause })),
    );
    child.on('close', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  }).finally(() => process.off('SIGINT', ignore));
}
