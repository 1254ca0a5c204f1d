import { UmbraError } from '@umbracore/contracts';
import type {
  DurationMs,
  EngineCommand,
  EngineExit,
  EngineProcess,
  HookDefinition,
  Secret,
} from '@umbracore/contracts';
import { followEngine } from '../follow-engine.ts';
import type { RunScope } from '../run-scope.ts';
import { commandOutput } from '../work/command-output.ts';
import { environmentOf, findProgram, folderOf } from '../work/command-place.ts';
import { lateText, nameOf, notNow, type HookCall, type HookEnd } from './hook-call.ts';
import { variablesOf } from './occasion.ts';

/** A hook that is asked to end gets so long, then its whole tree is killed. */
const graceMs: DurationMs = 5000;

/** One that says more is ended: what it says is on the disk while it runs. */
const mostOutputBytes = 64 * 1024 * 1024;

const failed = (message: string): UmbraError => new UmbraError('hook.failed', message);

type Secrets = readonly Secret[];

/** Starts the program of a hook under a shim, and follows it to its end. As other engines it outlives us if its job says so. */
export async function runProgram(scope: RunScope, call: HookCall, spool: string): Promise<HookEnd> {
  const { command, secrets } = await prepare(scope, call);
  const { orphanPolicy } = scope.held.record.plan.job;
  const engine = await scope.ports.engineProcesses.start(command, { spool, orphanPolicy });
  return endOf(call, await follow(scope, call, { engine, secrets, leftMs: call.hook.timeoutMs }));
}

/**
 * Follows a program that an earlier coordinator started `agoMs` ago, running or ended; undefined if there is none whose end
 * anybody saw.
 */
export async function adoptProgram(
  scope: RunScope,
  call: HookCall,
  spool: string,
  agoMs: DurationMs,
): Promise<HookEnd | undefined> {
  const engine = await scope.ports.engineProcesses.find(spool);
  if (engine === undefined) return undefined;
  scope.note(`${nameOf(call)} is followed further`);
  // Without its secrets what it says cannot be masked; what counts is how it ends.
  const secrets = await secretsOf(scope, call.hook, call.signal).then(
    ({ env, descriptors }) => [...Object.values(env), ...Object.values(descriptors)],
    () => undefined,
  );
  const leftMs = Math.max(0, call.hook.timeoutMs - agoMs);
  const exit = await follow(scope, call, { engine, secrets, leftMs });
  // What ended its coordinator may have ended it too: that is no failure of its own.
  return exit.lost || exit.code === undefined ? undefined : endOf(call, exit);
}

async function prepare(
  scope: RunScope,
  { hook, occasion, signal }: HookCall,
): Promise<{ readonly command: EngineCommand; readonly secrets: Secrets }> {
  const { ports } = scope;
  const [name = '', ...args] = hook.run;
  const { env: secretEnv, descriptors } = await secretsOf(scope, hook, signal);
  const files = Object.keys(descriptors).map((key): readonly [string, string] => [`${key}_FILE`, `{fd:${key}}`]);
  const folder = await folderOf(hook.cwd, ports.env);
  const program = await findProgram(name, folder, ports.env);
  const env = { ...environmentOf(ports.env, occasion), ...variablesOf(occasion), ...Object.fromEntries(files) };
  const secrets = [...Object.values(secretEnv), ...Object.values(descriptors)];
  return { command: { program, args, cwd: folder, env, secretEnv, descriptors }, secrets };
}

type Resolved = Readonly<Record<string, Secret>>;

/** What the environment and the descriptors of a hook refer to. */
export async function secretsOf(
  { ports }: RunScope,
  { env, secrets }: HookDefinition,
  signal: AbortSignal,
): Promise<{ readonly env: Resolved; readonly descriptors: Resolved }> {
  const resolve = async (references: HookDefinition['env']): Promise<Resolved> => {
    const entries = Object.entries(references).map(
      async ([key, reference]) => [key, await ports.secrets.resolve(reference, signal)] as const,
    );
    return Object.fromEntries(await Promise.all(entries));
  };
  const [inEnv, descriptors] = await Promise.all([resolve(env), resolve(secrets)]);
  return { env: inEnv, descriptors };
}

interface Followed {
  readonly engine: EngineProcess;
  /** Undefined if they cannot be found any more. */
  readonly secrets: Secrets | undefined;
  readonly leftMs: DurationMs;
}

async function follow(
  { ports, note }: RunScope,
  call: HookCall,
  { engine, secrets, leftMs }: Followed,
): Promise<EngineExit> {
  const name = nameOf(call);
  const limit = new AbortController();
  const done = new AbortController();
  const late = ports.clock.sleep(leftMs, done.signal).then(
    () => limit.abort(failed(`${name} ${lateText(call)}`)),
    () => undefined,
  );
  const output = secrets && commandOutput(secrets, (line) => note(`${name}: ${line}`));
  if (output === undefined) note(`${name}: what it says is left out, for its secrets cannot be found any more`);
  let bytes = 0;
  const read = (line: string): void => {
    bytes += line.length + 1;
    if (bytes <= mostOutputBytes) output?.add(line);
    else limit.abort(failed(`${name} said more than ${mostOutputBytes / 1024 / 1024} MiB`));
  };
  try {
    const signal = AbortSignal.any([call.signal, limit.signal]);
    const exit = await followEngine(engine, { stdout: read, stderr: read }, signal, graceMs);
    // What it has left behind is no hook any more.
    await engine.kill();
    return exit;
  } finally {
    output?.end();
    done.abort();
    await late;
  }
}

function endOf(call: HookCall, { code, signal, lost }: EngineExit): HookEnd {
  const name = nameOf(call);
  if (code === 0) return { problem: undefined, isNotNow: false };
  if (code === notNow) return { problem: `${name} ended with ${notNow}: not now`, isNotNow: true };
  const how = lost ? 'was ended unseen' : code === undefined ? `was ended by ${signal}` : `ended with ${code}`;
  return { problem: `${name} ${how}`, isNotNow: false };
}
