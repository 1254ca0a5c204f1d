import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { constants } from 'node:os';
import { join } from 'node:path';
import { type EngineCommand, type Secret, UmbraError } from '@umbracore/contracts';
import { buildCommand } from './command.ts';
import type { Restic } from './restic.ts';

const firstDescriptor = 3;

/** Runs restic at the terminal of a person, with the repository and its password set. Resolves to the exit code. */
export async function passThrough(restic: Restic, args: readonly string[]): Promise<number> {
  const { path } = await restic.program({});
  mkdirSync(restic.host.scratchDir, { recursive: true, mode: 0o700 });
  mkdirSync(restic.host.cacheDir, { recursive: true, mode: 0o700 });
  const command = buildCommand(path, restic.repository, restic.host, { name: '', json: false });
  const contents = Object.entries(command.descriptors ?? {});
  const files = contents.map(([, content]) => openUnlinked(restic.host.scratchDir, content));
  try {
    const names = contents.map(([name]) => name);
    // The empty name of the command stands first; what the person typed comes after the flags.
    const flags = command.args.slice(1).map((arg) => placeDescriptors(arg, names));
    return await run({ ...command, args: [...flags, ...args] }, files, restic);
  } finally {
    for (const file of files) closeSync(file);
  }
}

/** A file that has no name any more: only who inherits it can read it. */
function openUnlinked(folder: string, content: Secret | Uint8Array): number {
  const path = join(folder, `pass-${randomUUID()}`);
  const file = openSync(path, 'wx+', 0o600);
  unlinkSync(path);
  const bytes = content instanceof Uint8Array ? content : Buffer.from(content.reveal());
  writeSync(file, bytes, 0, bytes.length, 0);
  return file;
}

const placeDescriptors = (arg: string, names: readonly string[]): string =>
  names.reduce((text, name, index) => text.replaceAll(`{fd:${name}}`, `/dev/fd/${index + firstDescriptor}`), arg);

function run(command: EngineCommand, files: readonly number[], restic: Restic): Promise<number> {
  const secretEnv = Object.entries(command.secretEnv ?? {}).map(([name, value]) => [name, value.reveal()]);
  const { TERM, COLUMNS } = restic.host.env;
  const env = { ...command.env, ...(TERM && { TERM }), ...(COLUMNS && { COLUMNS }), ...Object.fromEntries(secretEnv) };
  // Ctrl-C reaches restic too, which cleans up and ends; we must not die before it.
  const ignore = (): void => undefined;
  process.on('SIGINT', ignore);
  return new Promise<number>((resolve, reject) => {
    const child = spawn(command.program, command.args, { stdio: ['inherit', 'inherit', 'inherit', ...files], env });
    child.on('error', (cause) =>
      reject(new UmbraError('engine.spawn-failed', `restic could not be started: ${cause.message}`, { cause })),
    );
    child.on('close', (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])));
  }).finally(() => process.off('SIGINT', ignore));
}
