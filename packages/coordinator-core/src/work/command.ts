import { isUmbraError, UmbraError } from '@umbracore/contracts';
import type { DurationMs, EngineCommand, EngineExit, EngineProcess, Secret } from '@umbracore/contracts';
import type { Attempt } from '../attempt.ts';
import { followEngine } from '../follow-engine.ts';
import { jobOf } from '../narrow-plan.ts';
import { goodEnd } from '../run-state.ts';
import { environmentOf, findProgram, folderOf } from './command-place.ts';
import { commandOutput } from './command-output.ts';
import { judgeCommand } from './command-verdict.ts';
import { untilAborted } from '../within.ts';
import type { Work } from './work.ts';

/** A program that is asked to end gets so long, then its whole tree is killed. */
const graceMs: DurationMs = 10_000;

type Secrets = Readonly<Record<string, Secret>>;

/** Runs a program under a shim, so that it survives us, and never twice in one attempt. */
export const commandWork = (attempt: Attempt): Work => ({
  async fresh() {
    await attempt.begin(attempt.ports.clock.now());
    const { command: argv, warningCodes } = jobOf(attempt.plan, 'command');
    // On a dead file server it would wait for ever.
    const { command, secrets } = await untilAborted(prepare(attempt), attempt.signal);
    if (attempt.plan.options.dryRun === true) {
      attempt.note(`Would run ${[command.program, ...command.args].join(' ')} in ${command.cwd}`);
      return goodEnd({ kind: 'command', exitCode: null, signal: null });
    }
    const spool = attempt.newSpool();
    await attempt.intend('command', { spool });
    const exit = await attempt.throttle.hold('single', async () =>
      follow(attempt, await start(attempt, spool, command), spool, secrets),
    );
    if (exit.lost) throw new UmbraError('engine.lost', 'Nobody saw how the command ended');
    return judgeCommand(exit, { run: attempt.run, command: argv, warningCodes });
  },

  async adopted(spool) {
    attempt.adopt();
    const { command, warningCodes } = jobOf(attempt.plan, 'command');
    const engine = await attempt.ports.engineProcesses.find(spool);
    if (engine === undefined) throw new UmbraError('run.interrupted', 'The command was not started');
    // Without its secrets its output cannot be masked; what counts is how it ends.
    const secrets = await resolveAll(attempt).catch(() => undefined);
    const exit = await attempt.throttle.hold('adopted', () => follow(attempt, engine, spool, secrets));
    // Whatever ended the coordinator most likely ended the command as well: that is no failure of the job.
    if (exit.lost || exit.code === undefined) {
      throw new UmbraError(
        'run.interrupted',
        `The command was ended${exit.signal === undefined ? '' : ` by ${exit.signal}`}`,
      );
    }
    return judgeCommand(exit, { run: attempt.run, command, warningCodes });
  },

  completed: () => Promise.reject(new UmbraError('internal', 'A command leaves no snapshot that it could end with')),
});

/** Everything that can be wrong with a command is found before the intent is recorded. */
async function prepare(attempt: Attempt): Promise<{ readonly command: EngineCommand; readonly secrets: Secrets }> {
  const { ports, plan, run } = attempt;
  const { id, command, cwd } = jobOf(plan, 'command');
  const [name = '', ...args] = command;
  const secrets = await resolveAll(attempt);
  const folder = await folderOf(cwd, ports.env);
  const program = await findProgram(name, folder, ports.env);
  const env = environmentOf(ports.env, { job: id, run });
  return { command: { program, args, cwd: folder, env, secretEnv: secrets }, secrets };
}

async function resolveAll({ ports, plan, signal }: Attempt): Promise<Secrets> {
  const entries = Object.entries(jobOf(plan, 'command').env).map(
    async ([name, reference]): Promise<readonly [string, Secret]> => [
      name,
      await ports.secrets.resolve(reference, signal),
    ],
  );
  return Object.fromEntries(await Promise.all(entries));
}

/** What cannot be started now and will not be later is the command's own failure. */
async function start(
  { ports, plan, throttle }: Attempt,
  spool: string,
  command: EngineCommand,
): Promise<EngineProcess> {
  try {
    return await ports.engineProcesses.start(command, {
      spool,
      orphanPolicy: plan.job.orphanPolicy,
      limits: throttle.limits,
    });
  } catch (thrown) {
    if (!isUmbraError(thrown) || !isForEver(thrown)) throw thrown;
    throw new UmbraError('command.failed', thrown.message, {
      hint: thrown.hint,
      context: thrown.context,
      cause: thrown,
    });
  }
}

const isForEver = ({ code, context }: UmbraError): boolean =>
  code === 'engine.absent' || ['EACCES', 'ENOEXEC', 'ENOENT', 'E2BIG'].includes(String(context['errno']));

async function follow(
  attempt: Attempt,
  engine: EngineProcess,
  spool: string,
  secrets: Secrets | undefined,
): Promise<EngineExit> {
  // Silence is counted from here on.
  attempt.alive();
  const output = secrets && commandOutput(Object.values(secrets), (line) => attempt.note(line));
  if (output === undefined) attempt.note('What the command says is left out: its secrets cannot be found any more');
  const read = (line: string): void => {
    attempt.alive();
    output?.add(line);
  };
  try {
    const exit = await followEngine(engine, { stdout: read, stderr: read }, attempt.throttle.signalFor(spool), graceMs);
    output?.end();
    await attempt.ended('command', spool, {
      exitCode: exit.code ?? null,
      signal: exit.signal ?? null,
      lost: exit.lost,
    });
    return exit;
  } catch (thrown) {
    output?.end();
    await attempt.ended('command', spool, { error: attempt.causeOf(thrown).code });
    throw thrown;
  }
}
