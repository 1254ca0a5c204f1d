import { statSync } from 'node:fs';
import { basename } from 'node:path';
import { isSecret, UmbraError, type EngineCommand } from '@umbracore/contracts';

/** Throws `usage.invalid` for what the system cannot hand to any program: text of it ends at the first NUL. */
export function refuseNul(command: EngineCommand): void {
  const { program, args, cwd } = command;
  const odd = [...args, program, cwd].find(holdsNul);
  const [variable] = Object.entries(revealedEnvironment(command)).find(([, value]) => holdsNul(value)) ?? [];
  if (odd === undefined && variable === undefined) return;
  const where = odd === undefined ? `The variable ${variable}` : JSON.stringify(odd);
  throw new UmbraError('usage.invalid', `${where} for ${basename(program)} holds a NUL character`, {
    hint: 'Correct it: no name, path or pattern can hold one.',
    context: { program },
  });
}

const holdsNul = (text: string): boolean => text.includes('\0');

/** The environment with its secret values in place. It leaves this process only towards the engine. */
export function revealedEnvironment({ env, secretEnv = {} }: EngineCommand): Record<string, string> {
  const secrets = Object.entries(secretEnv).map(([name, secret]) => [name, secret.reveal()]);
  return { ...env, ...Object.fromEntries(secrets) };
}

/** What the engine inherits, in the order of the descriptors. */
export function descriptorContents({
  descriptors = {},
}: EngineCommand): readonly { readonly name: string; readonly content: Buffer }[] {
  return Object.entries(descriptors).map(([name, value]) => ({
    name,
    content: Buffer.from(isSecret(value) ? value.reveal() : value),
  }));
}

/** `engine.absent` if there is no such program, otherwise `engine.spawn-failed`. What is written for the engine lies in `folder`. */
export function spawnFailure(
  { program, cwd }: EngineCommand,
  errno: string,
  { cause, folder }: { readonly cause?: unknown; readonly folder?: string } = {},
): UmbraError {
  const context = { program, errno };
  if (errno === 'ENOENT' && !exists(program)) {
    return new UmbraError('engine.absent', `There is no program ${program}`, {
      hint: 'Install it, or correct its path.',
      context,
      cause,
    });
  }
  const where = exists(cwd) ? '' : ` in the absent folder ${cwd}`;
  return new UmbraError('engine.spawn-failed', `${program} could not be started${where}: ${errno}`, {
    hint: hintOf(errno, folder) ?? 'Try again, and look at the limits of this machine if it fails again.',
    context,
    cause,
  });
}

const hintOf = (errno: string, folder: string | undefined): string | undefined =>
  errno === 'ENOSPC' && folder !== undefined ? `Free some space on the disk of ${folder}.` : hints[errno];

const hints: Readonly<Record<string, string>> = {
  EACCES: 'Make the program executable for this user.',
  EAGAIN: 'Raise the limit on processes, or end some.',
  EMFILE: 'Raise the limit on open files.',
  ENFILE: 'Raise the limit on open files of this machine.',
  ENOMEM: 'Free some memory.',
  ENOSPC: 'Free some space where temporary files are kept.',
  ENOEXEC: 'Install the program for the processor of this machine.',
  E2BIG: 'Hand long lists over in a file.',
  ENOENT: 'Make the working folder, or install what the program needs to start.',
  ETIMEDOUT: 'Raise the limit on processes, or wait until this machine is less busy.',
};

function exists(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}
