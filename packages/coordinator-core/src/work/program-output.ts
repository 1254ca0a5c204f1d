import { maskOf, UmbraError } from '@umbracore/contracts';
import type { Backend, ProgramOutput, Secret, SourceProgram } from '@umbracore/contracts';
import type { Attempt, SpooledOperation } from '../attempt.ts';
import { planOf } from '../narrow-plan.ts';
import { untilAborted } from '../within.ts';
import { findProgram, folderOf } from './command-place.ts';

/** The program whose output the run saves, found and with its secrets; undefined for a run that saves files. */
export async function programOutput(attempt: Attempt): Promise<ProgramOutput | undefined> {
  const { ports, plan, signal } = attempt;
  const program = programOf(attempt);
  if (program === undefined) return undefined;
  if (planOf(plan, 'backup').job.privileged === true) {
    throw new UmbraError('usage.invalid', 'The output of a program is not saved by the privileged program', {
      hint: 'Remove `privileged` from the job.',
    });
  }
  const {
    command: [name = '', ...args],
  } = program;
  const find = async () => findProgram(name, await folderOf(undefined, ports.env), ports.env);
  // On a dead file server it would wait for ever.
  return { command: [await untilAborted(find(), signal), ...args], env: await secretsOf(attempt, program) };
}

/** Leaves out what an engine repeats of the secrets of the program. */
export async function withoutSecrets(attempt: Attempt, operation: SpooledOperation): Promise<SpooledOperation> {
  const program = programOf(attempt);
  const { note } = operation;
  if (program === undefined || note === undefined) return operation;
  // Of a run that is adopted they may not be found any more.
  const secrets = await secretsOf(attempt, program).catch(() => undefined);
  if (secrets === undefined) {
    note('What the program says is left out: its secrets cannot be found any more');
    return { ...operation, note: undefined };
  }
  const masked = maskOf(Object.values(secrets));
  return { ...operation, note: (line) => note(masked(line)) };
}

/** One that does not know of programs would look for a file of that name. */
export function requireOutput({ name, supports }: Backend): void {
  if (supports.has('program-output')) return;
  throw new UmbraError('backend.unsupported', `The backend ${name} cannot save what a program writes`, {
    hint: 'Write the output into a file in a `before` hook and save that, or use a repository of restic or borg.',
  });
}

const programOf = ({ plan }: Attempt): SourceProgram | undefined =>
  planOf(plan, 'backup').job.sources.find(({ program }) => program !== undefined)?.program;

async function secretsOf(
  { ports, signal }: Attempt,
  { env }: SourceProgram,
): Promise<Readonly<Record<string, Secret>>> {
  const resolved = Object.entries(env).map(async ([name, reference]): Promise<readonly [string, Secret]> => [
    name,
    await ports.secrets.resolve(reference, signal),
  ]);
  return Object.fromEntries(await Promise.all(resolved));
}
