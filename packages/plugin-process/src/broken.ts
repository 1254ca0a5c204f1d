import { toUmbraError, UmbraError, type UmbraErrorOptions } from '@umbracore/contracts';
import type { Program } from './ask.ts';

/**
 * Asks a program something that has to be known before anything is done with it. One that cannot say it is broken: throws
 * `plugin.invalid`, unless it may be able to in a moment.
 */
export async function beforehand<T>(program: Program, look: () => Promise<T>): Promise<T> {
  try {
    return await look();
  } catch (thrown) {
    throw asBroken(program, toUmbraError(thrown));
  }
}

const asBroken = ({ name, command }: Program, error: UmbraError): UmbraError => {
  const { code, message, context } = error;
  const unfit = code === 'engine.spawn-failed' ? unfitFor(String(context['errno']), command.program) : undefined;
  if (unfit !== undefined) return invalid(`the plug-in ${name} ${unfit.why}`, { ...unfit, context, cause: error });
  if (code.startsWith('plugin.') || code === 'run.cancelled' || error.exitCode === temporary) return error;
  const hint = 'Mend the plug-in or install another version of it; until then take it out of the configuration.';
  return invalid(message, { hint, context, cause: error });
};

const invalid = (message: string, options: UmbraErrorOptions): UmbraError =>
  new UmbraError('plugin.invalid', message, options);

/** The exit code of what may go better later. */
const temporary = 75;

/** Why a file can never be started as it is. */
function unfitFor(errno: string, file: string): { readonly why: string; readonly hint: string } | undefined {
  if (errno === 'EACCES')
    return { why: 'is not executable', hint: `Make it executable for this user: \`chmod +x ${file}\`.` };
  if (errno === 'ENOEXEC')
    return { why: 'is no program of this machine', hint: 'Install it for the processor of this machine.' };
  if (errno === 'ENOENT')
    return {
      why: 'names a program in its first line that is not there',
      hint: 'Install that program, or correct the line.',
    };
  return undefined;
}
