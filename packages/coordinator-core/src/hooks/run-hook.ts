import { toUmbraError, UmbraError } from '@umbracore/contracts';
import type {
  DurationMs,
  EngineCommand,
  EngineExit,
  EngineProcess,
  HookDefinition,
  HookPhase,
  Secret,
} from '@umbracore/contracts';
import { followEngine } from '../follow-engine.ts';
import { spoolOfHook } from '../run-log.ts';
import type { RunScope } from '../run-scope.ts';
import { commandOutput } from '../work/command-output.ts';
import { environmentOf, findProgram, folderOf } from '../work/command-place.ts';
import { hookOf } from './owed.ts';

/** A hook that is asked to end gets so long, then its whole tree is killed. */
const graceMs: DurationMs = 5000;

/** One that says more is ended: what it says is on the disk while it runs. */
const mostOutputBytes = 64 * 1024 * 1024;

const livingMs: DurationMs = 1000;

/** `EX_TEMPFAIL` of sysexits.h: of a hook before, "not now". */
export const notNow = 75;

export interface HookCall {
  readonly hook: HookDefinition;
  readonly phase: HookPhase;
  /** Its place in the list of its phase. */
  readonly index: number;
  readonly attempt: number;
  /** What it may know beside the job and the run. */
  readonly facts: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Told while it runs, so that nobody takes the attempt for one that hangs. */
  readonly alive: () => void;
}

/** How a hook ended. */
export interface HookEnd {
  /** Undefined if it ended with 0. */
  readonly problem: string | undefined;
  /** 75. */
  readonly isNotNow: boolean;
}

/** Whether what came of a failed hook is a matter of the run, of which nothing else tells. */
type ProblemOf = (end: HookEnd) => string | undefined;

/**
 * Runs a hook under a shim as often as it says, each time with its intent on record before and its end behind. Never rejects but
 * for a store that refuses, or a run that is lost.
 */
export async function runHook(scope: RunScope, call: HookCall, problemOf: ProblemOf): Promise<HookEnd> {
  const { hook, signal } = call;
  for (let tries = 1; ; tries += 1) {
    const number = await nextNumber(scope);
    const spool = spoolOfHook(scope.ports.spoolDir, scope.held.record.id, number);
    const detail = { phase: call.phase, index: call.index, spool };
    await scope.held.recordStep({ kind: 'hook', stage: 'intent', at: scope.ports.clock.now(), detail }, call.attempt);
    const end = await runOnce(scope, call, spool);
    const isLast = end.problem === undefined || end.isNotNow || tries >= hook.tries || signal.aborted;
    if (end.problem !== undefined) scope.note(`${end.problem}${isLast ? '' : '; it is tried again'}`);
    if (isLast) {
      const problem = problemOf(end);
      const told = problem === undefined ? {} : { problem };
      const done = { ...detail, failed: end.problem !== undefined, ...told };
      await scope.held.recordStep(
        { kind: 'hook', stage: 'done', at: scope.ports.clock.now(), detail: done },
        call.attempt,
      );
      return end;
    }
    await scope.ports.clock.sleep(hook.delayMs, signal).catch(() => undefined);
  }
}

/** Each start has a folder of its own, also after a crash. */
async function nextNumber({ held }: RunScope): Promise<number> {
  return (await held.steps()).filter((step) => hookOf(step) !== undefined && step.stage === 'intent').length + 1;
}

async function runOnce(scope: RunScope, call: HookCall, spool: string): Promise<HookEnd> {
  const { ports } = scope;
  const name = nameOf(call);
  const limit = new AbortController();
  const done = new AbortController();
  const late = ports.clock.sleep(call.hook.timeoutMs, done.signal).then(
    () => limit.abort(failed(`${name} did not end within ${call.hook.timeoutMs / 1000} s`)),
    () => undefined,
  );
  using _living = ports.clock.every(livingMs, call.alive);
  try {
    const { command, secrets } = await prepare(scope, call);
    const engine = await ports.engineProcesses.start(command, { spool, orphanPolicy: 'die' });
    const exit = await follow(scope, { name, engine, secrets, limit, outer: call.signal });
    return endOf(name, exit);
  } catch (thrown) {
    const error = toUmbraError(thrown);
    if (error.code === 'state.lease-lost') throw error;
    const isOurs = error.message.startsWith(name);
    return { problem: isOurs ? error.message : `${name} failed: ${error.message}`, isNotNow: false };
  } finally {
    done.abort();
    await late;
  }
}

/** As people read of it: `hook before 1 (systemctl)`. */
const nameOf = ({ phase, index, hook }: HookCall): string => `hook ${phase} ${index + 1} (${hook.run[0] ?? ''})`;

const failed = (message: string): UmbraError => new UmbraError('hook.failed', message);

async function prepare(
  { ports, held }: RunScope,
  { hook, facts, signal }: HookCall,
): Promise<{ readonly command: EngineCommand; readonly secrets: readonly Secret[] }> {
  const { id: run, job } = held.record;
  const [name = '', ...args] = hook.run;
  const resolve = async (references: HookDefinition['env']): Promise<Readonly<Record<string, Secret>>> => {
    const entries = Object.entries(references).map(
      async ([key, reference]) => [key, await ports.secrets.resolve(reference, signal)] as const,
    );
    return Object.fromEntries(await Promise.all(entries));
  };
  const [secretEnv, descriptors] = await Promise.all([resolve(hook.env), resolve(hook.secrets)]);
  const files = Object.keys(descriptors).map((key): readonly [string, string] => [`${key}_FILE`, `{fd:${key}}`]);
  const folder = await folderOf(hook.cwd, ports.env);
  const program = await findProgram(name, folder, ports.env);
  const env = { ...environmentOf(ports.env, { job, run }), ...facts, ...Object.fromEntries(files) };
  const secrets = [...Object.values(secretEnv), ...Object.values(descriptors)];
  return { command: { program, args, cwd: folder, env, secretEnv, descriptors }, secrets };
}

interface Followed {
  readonly name: string;
  readonly engine: EngineProcess;
  readonly secrets: readonly Secret[];
  /** Aborted when the hook has had its time, or says too much. */
  readonly limit: AbortController;
  readonly outer: AbortSignal;
}

async function follow({ note }: RunScope, { name, engine, secrets, limit, outer }: Followed): Promise<EngineExit> {
  const output = commandOutput(secrets, (line) => note(`${name}: ${line}`));
  let bytes = 0;
  const read = (line: string): void => {
    bytes += line.length + 1;
    if (bytes <= mostOutputBytes) output.add(line);
    else limit.abort(failed(`${name} said more than ${mostOutputBytes / 1024 / 1024} MiB`));
  };
  try {
    const signal = AbortSignal.any([outer, limit.signal]);
    const exit = await followEngine(engine, { stdout: read, stderr: read }, signal, graceMs);
    // What it has left behind is no hook any more.
    await engine.kill();
    return exit;
  } finally {
    output.end();
  }
}

function endOf(name: string, { code, signal, lost }: EngineExit): HookEnd {
  if (code === 0) return { problem: undefined, isNotNow: false };
  if (code === notNow) return { problem: `${name} ended with ${notNow}: not now`, isNotNow: true };
  const how = lost ? 'was ended unseen' : code === undefined ? `was ended by ${signal}` : `ended with ${code}`;
  return { problem: `${name} ${how}`, isNotNow: false };
}
