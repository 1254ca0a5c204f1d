import { toUmbraError, type UmbraError } from '@umbracore/contracts';
import { endProcess, untilAnswered } from './end-process.ts';
import { globalDefaults } from './global-options.ts';
import type { Streams } from './output/screen.ts';
import { unwritable } from './output/unwritable.ts';
import { writeAtOnce } from './output/write-at-once.ts';
import type { Answer, Call } from './program.ts';
import { readQuickly } from './quick-reader.ts';
import { Session, type SessionOptions } from './session.ts';

/** Runs one command line to its end and ends the process; by no daemon, if none wants to. */
export async function main(argv: readonly string[], daemonRefused = false): Promise<never> {
  const code = await resultOf(argv, { daemonRefused });
  await untilAnswered();
  // Ended on purpose: a handle that a dependency keeps open must not hold up a script.
  endProcess(code);
}

/** Runs one command line to its end. Resolves to the exit code; the process goes on. */
export async function resultOf(argv: readonly string[], options: SessionOptions = {}): Promise<number> {
  let call: Call | Answer;
  try {
    call = (await quickCall(argv)) ?? (await readFully(argv));
  } catch (error) {
    return refuse(toUmbraError(error), argv, options);
  }
  return 'text' in call ? answer(call, options.surroundings?.streams) : perform(call, options);
}

/** Plain lines of some commands need no reader for every case. */
async function quickCall(argv: readonly string[]): Promise<Call | undefined> {
  const quick = readQuickly(argv);
  const loaded = await quick?.definition.load?.();
  return quick === undefined || loaded === undefined
    ? undefined
    : { ...quick, action: loaded.action as Call['action'] };
}

/** Loaded only where it is needed. */
async function readFully(argv: readonly string[]): Promise<Call | Answer> {
  const { readCommandLine } = await import('./program.ts');
  return await readCommandLine(argv);
}

async function perform({ definition, action, args, flags, globals }: Call, options: SessionOptions): Promise<number> {
  await using session = new Session(globals, options);
  try {
    void session.interrupt;
    const code = (await action(session, args, flags)) ?? 0;
    // What a run ends with tells of the run, whatever became of the words.
    return definition.name === 'run' ? session.exitCode(code) : await session.answered(code);
  } catch (thrown) {
    const error = toUmbraError(thrown);
    session.problem(error);
    return session.exitCode(error.exitCode);
  } finally {
    // A process of its own listens until it ends.
    if (options.surroundings !== undefined) session.releaseSignals();
  }
}

async function answer({ text, exitCode }: Answer, streams?: Streams): Promise<number> {
  const name = exitCode === 0 ? 'stdout' : 'stderr';
  if (streams !== undefined) return (streams[name].write(text), exitCode);
  const failure = await writeAtOnce(name, text);
  return exitCode === 0 && failure !== undefined ? unanswered(failure) : exitCode;
}

/** Tells that an answer is not there. Resolves to the exit code of that. */
export const unanswered = (failure: NodeJS.ErrnoException): Promise<number> => refuse(unwritable(failure));

/** The command line could not be read, so its wishes about output are looked for by hand. */
async function refuse(error: UmbraError, argv: readonly string[] = [], options: SessionOptions = {}): Promise<number> {
  const given = (flag: string): boolean => argv.includes(flag);
  await using session = new Session({ ...globalDefaults, json: given('--json') }, options);
  session.problem(error);
  return error.exitCode;
}
