import { type BackendRepository, type ProgramOutput, UmbraError } from '@umbracore/contracts';
import type { Call } from '../command.ts';
import type { Features } from '../features.ts';

/**
 * How restic is told to save what a program writes. Older ones only read their standard input, and cannot see how the
 * program ended: an output that broke off would be a snapshot like any other.
 */
export function outputCall(
  { definition, env: repositoryEnv }: Pick<BackendRepository, 'definition' | 'env'>,
  path: string,
  { command, env }: ProgramOutput,
  { programOutput, version }: Features,
): Pick<Call, 'flags' | 'operands' | 'env'> {
  if (!programOutput) {
    throw new UmbraError('backend.unsupported', `restic ${version} cannot tell whether a program failed`, {
      hint: 'Install restic 0.17 or newer, or write the output into a file in a `before` hook and save that.',
    });
  }
  const shared = Object.keys(env).find((name) => name in repositoryEnv || name.startsWith('RESTIC_'));
  if (shared !== undefined) {
    const message = `${command[0]} cannot have ${shared}, for restic reads that itself for ${definition.name}`;
    throw new UmbraError('config.invalid-value', message, {
      hint: `Set ${shared} in a script that starts the program.`,
    });
  }
  return {
    flags: ['--stdin-from-command', `--stdin-filename=${path.slice(1)}`],
    operands: ['/bin/sh', '-c', withoutOurs(Object.keys(repositoryEnv)), 'sh', ...command],
    env,
  };
}

/** restic hands on all that it has: its descriptors, with the password in one of them, and its environment. */
function withoutOurs(variables: readonly string[]): string {
  const unset = ['RESTIC_PROGRESS_FPS', ...variables].filter((name) => /^\w+$/.test(name)).join(' ');
  const closed = [3, 4, 5, 6, 7, 8, 9].map((descriptor) => `${descriptor}<&-`).join(' ');
  return `unset ${unset}; exec "$@" ${closed}`;
}

/** What the program itself says, and not restic. */
export const isOfProgram = (line: string): boolean => line.startsWith('subprocess /bin/sh: ');
