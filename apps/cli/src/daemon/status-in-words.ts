import { isatty } from 'node:tty';
import type { DaemonNote } from '@umbracore/contracts';
import { wantsColour } from '../output/colour.ts';
import { printsUnicode } from '../output/signs.ts';
import { writeAtOnce } from '../output/write-at-once.ts';
import { askShown } from './ask-shown.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Writes how all jobs stand, in the words of the daemon, with the least that takes: a prompt or a status bar asks for it all the
 * time. Resolves to the exit code; undefined if the daemon did not answer, and nothing was written.
 */
export async function statusInWords({ socket }: DaemonNote, env: Environment): Promise<number | undefined> {
  const shown = await askShown(socket, `/v1/status/shown?${screenQuery(env)}`);
  if (shown === undefined) return undefined;
  const failure = await writeAtOnce('stdout', shown.stdout);
  await writeAtOnce('stderr', shown.stderr);
  const isTold = failure === undefined || shown.exitCode !== 0;
  return isTold ? shown.exitCode : await (await import('../main.ts')).unanswered(failure);
}

function screenQuery(env: Environment): string {
  const stream = (name: 'out' | 'err', descriptor: 1 | 2): string => {
    const isTerminal = isatty(descriptor);
    const colour = `${name}Colour=${wantsColour({ choice: 'auto', env, isTerminal })}`;
    if (!isTerminal) return colour;
    const { columns } = descriptor === 1 ? process.stdout : process.stderr;
    return `${colour}&${name}Columns=${columns > 0 ? columns : 80}`;
  };
  return `${stream('out', 1)}&${stream('err', 2)}&unicode=${printsUnicode(env, process.platform)}`;
}
