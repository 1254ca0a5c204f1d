import { toUmbraError } from '@umbracore/contracts';
import type { StartedShim } from '@umbracore/runtime/place';
import type { RunFlags } from './commands/run.ts';
import { endProcess, untilAnswered } from './end-process.ts';
import { readQuickly, type QuickCall } from './quick-reader.ts';
import { runHere } from './run/run-here.ts';
import { strayLength } from './run/stray-length.ts';
import { Session, type SessionOptions } from './session.ts';

// This file is bundled alone: what its session asks for comes from here.
export { configurationFiles, exposedFiles, exposedText } from './doors/exposed-files.ts';
export { compose } from './doors/runtime.ts';

/**
 * Runs jobs in this process and ends it; comes back if the line is not a plain one. `main` does the same with every line, out of dozens
 * of files, and to find and to open these takes as long as to start Node.
 */
export async function run(argv: readonly string[], daemonRefused: boolean, shim: StartedShim): Promise<void> {
  const call = readQuickly(argv);
  if (call?.definition.name !== 'run' || mayBeStray(call)) return void shim.child?.kill('SIGKILL');
  const code = await perform(call, { daemonRefused, shim });
  await untilAnswered();
  endProcess(code);
}

const mayBeStray = ({ args, flags }: QuickCall): boolean =>
  strayLength(args, flags as unknown as RunFlags) !== undefined;

async function perform({ args, flags, globals }: QuickCall, options: SessionOptions): Promise<number> {
  await using session = new Session(globals, options);
  try {
    void session.interrupt;
    return session.exitCode(await runHere(session, args, flags as unknown as RunFlags));
  } catch (thrown) {
    const error = toUmbraError(thrown);
    session.problem(error);
    return session.exitCode(error.exitCode);
  }
}
