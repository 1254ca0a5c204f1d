#!/usr/bin/env node
// The privileged program. It is started by systemd or launchd when somebody connects, or by hand, and does what its policy allows.
import { mkdirSync, realpathSync } from 'node:fs';
import { toUmbraError, UmbraError, type Log, type PrivilegedRole } from '@umbracore/contracts';
import {
  composePrivileged,
  proofDirIn,
  systemClock,
  type Listening,
  type Serving,
} from '@umbracore/runtime/privileged';
import { readArguments, usage, type Arguments } from './arguments.ts';
import { harden } from './harden.ts';
import { holdView } from './hold-view.ts';
import { closeAll, handedSocket, ownSocket, type OwnSocket } from './sockets.ts';
import { stderrLog } from './stderr-log.ts';
import { version } from './version.ts';

/** A program that nobody needs looks so often whether it may end. */
const lookEveryMs = 5000;

const log = stderrLog();

async function main(): Promise<void> {
  const given = readArguments(process.argv.slice(2), process.env);
  if (given.asks !== undefined) {
    process.stdout.write(given.asks === 'help' ? usage : `${version}\n`);
    return;
  }
  harden(process.env, process.execArgv);
  if (given.view !== undefined) holdView(given.view);
  mkdirSync(given.stateDir, { recursive: true, mode: 0o700 });
  const handed = handedSocket(process.env, process.pid);
  const serving = handed === undefined ? undefined : await serveHanded(given, handed);
  const servings = serving === undefined ? await serveByHand(given) : [serving];
  log.info({ roles: given.roles, pid: process.pid }, 'umbra-helper is ready');
  await ended(serving);
  await closeAll(servings);
  // Engines go on under their shims; the next one follows them.
  process.exit(0);
}

async function serveByHand(given: Arguments): Promise<readonly AsyncDisposable[]> {
  const servings: AsyncDisposable[] = [];
  try {
    for (const role of given.roles) {
      const socket = await ownSocket(given.socketDir, role, given.policyFile);
      const serving = await compose(given, role, { path: socket.path }, socket.proofDir);
      servings.push(servedAt(socket, serving));
      socket.open();
    }
  } catch (error) {
    // A program that listens does not end.
    await closeAll(servings);
    throw error;
  }
  return servings;
}

const servedAt = (socket: OwnSocket, serving: Serving): AsyncDisposable => ({
  async [Symbol.asyncDispose]() {
    socket.remove();
    await serving[Symbol.asyncDispose]();
  },
});

/** The folder of the proofs was made when the program was installed, and at every start of the system. */
async function serveHanded(given: Arguments, listening: Listening): Promise<Serving> {
  const [role, ...more] = given.roles;
  if (role === undefined || more.length > 0) {
    throw new UmbraError('usage.invalid', 'A socket of the system takes one role', {
      hint: 'Use the units that `umbra helper install --print` prints.',
    });
  }
  return await compose(given, role, listening, proofDirIn(given.socketDir, role));
}

const compose = (given: Arguments, role: PrivilegedRole, listening: Listening, proofDir: string): Promise<Serving> =>
  composePrivileged({
    role,
    version,
    policyFile: given.policyFile,
    stateDir: given.stateDir,
    listening,
    proofDir,
    holder: [process.execPath, '--no-warnings', realpathSync(process.argv[1] ?? ''), '--view'],
    log: log.child({ role }),
  });

/** Resolves when it is told to end, or when what the system started is not needed any more. */
function ended(serving: Serving | undefined): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => resolve());
    if (serving === undefined) return;
    systemClock.every(lookEveryMs, () => {
      if (serving.isIdle(systemClock)) resolve();
    });
  });
}

function fail(thrown: unknown, to: Log): void {
  const { code, message, hint, exitCode } = toUmbraError(thrown);
  to.error({ code, hint }, message);
  process.exitCode = exitCode;
}

await main().catch((thrown: unknown) => fail(thrown, log));
