import type { DaemonNote } from '@umbracore/contracts';
import { runtimePaths, type ComposeOptions, type Dispatcher, type Runtime } from '@umbracore/runtime';
import { fillCatalogs } from './catalogs/fill-catalogs.ts';
import { updateCatalog } from './catalogs/update-catalog.ts';
import { composeAnyway, type Composed } from './compose-anyway.ts';
import { createDaemon } from './create-daemon.ts';
import type { Daemon } from './daemon.ts';
import { Entrances } from './http/entrances.ts';
import { lockOfState } from './place/daemon-lock.ts';
import { beat } from './place/heartbeat.ts';
import { noteOf, removeNotes, writeNote } from './place/note.ts';
import { listenToSignals } from './place/signals.ts';
import { socketPath } from './place/socket-path.ts';
import { standInFor } from './place/stand-in.ts';
import { takes, watchState } from './place/state-watch.ts';
import type { ShowStatus } from './show-status.ts';
import { watchStalenessOf } from './staleness/watch-staleness.ts';
import { ServiceManager } from './systemd/service-manager.ts';

export interface DaemonOptions extends ComposeOptions {
  readonly version: string;
  /** A line for whoever started it in the foreground. */
  readonly say: (line: string) => void;
  /** How jobs stand, in the words of the program that it belongs to. Without it that is not answered in words. */
  readonly showStatus?: ShowStatus;
  /** Node and the program `umbra`, for what is better done in another process. Without it that is not done. */
  readonly program?: readonly string[];
}

/** How often the configuration is looked at for changes. */
const lookEveryMs = 30_000;

/** How often is let go of what restores have kept for as long as they said. */
const expireEveryMs = 24 * 60 * 60_000;

/** So long may what is under way take to come to its own end. Backups take longer: they go on without us. */
const farewellMs = 2000;

/** Something due that has not been seen to for so long never will be. */
const overdueMs = 120_000;

/**
 * Works until it is told to end by SIGTERM or SIGINT. Throws `daemon.running` if another one works on the same state, and
 * `config.*` if there is no configuration to begin with.
 */
export async function runDaemon(given: DaemonOptions): Promise<void> {
  const options = { ...given, refuseUnsafe: true };
  using _lock = lockOfState(runtimePaths(options));
  let ending: unknown;
  do ending = await live(options);
  while (ending instanceof OpenAnew);
}

/** The state has to be opened in another way: everything that works with it is made anew, in the same process. */
class OpenAnew {
  readonly why: string;

  constructor(why: string) {
    this.why = why;
  }
}

/** Gives why it ended. */
async function live(options: DaemonOptions): Promise<unknown> {
  const composed = await composeAnyway(options);
  const { coordinator, clock } = composed.runtime;
  try {
    // What earlier processes left behind is the dispatcher's as well: waiting for it here would keep the daemon from answering
    // as long as a repository does not.
    return await work(options, composed, coordinator.start());
  } finally {
    coordinator.leave();
    await Promise.race([composed.runtime[Symbol.asyncDispose](), clock.sleep(farewellMs)]);
  }
}

async function work(options: DaemonOptions, { runtime, refused }: Composed, dispatcher: Dispatcher): Promise<unknown> {
  const { version, env, say, showStatus, program } = options;
  const { clock, log } = runtime;
  const stopping = new AbortController();
  const socket = socketOf(runtime);
  const daemon = createDaemon({
    version,
    options,
    runtime,
    refused,
    dispatcher,
    stopping: stopping.signal,
    showStatus,
    program,
    socket,
  });
  using _feed = daemon.feed;
  using _readiness = daemon.readiness;
  using manager = new ServiceManager({ env, clock, log, isHealthy: () => isHealthy(dispatcher, clock.now()) });
  using _signals = listenToSignals({
    stop: (signal) => stopping.abort(signal),
    reload: () => void reload(daemon, manager),
  });
  using _filling = fillingOf(runtime, options);
  using _watching = watchState(runtime, (why) => stopping.abort(new OpenAnew(why)));
  if (refused !== undefined) say(`The configuration was refused; the last good one is in force.\n${refused.message}`);
  await serve(daemon, manager, say);
  return stopping.signal.reason;
}

async function reload({ live }: Daemon, manager: ServiceManager): Promise<void> {
  await manager.reloading();
  await live.reload();
  await manager.ready();
}

/** Answers requests until the daemon is told to end. */
async function serve(daemon: Daemon, manager: ServiceManager, say: (line: string) => void): Promise<void> {
  const { runtime, live, stopping, version, socket } = daemon;
  const { stateDir } = runtime.paths;
  const { daemon: settings } = live.current;
  await using entrances = await Entrances.open(daemon, socket, settings);
  // What was asked for may have been any port.
  const listen = settings.listen === undefined ? null : { ...settings.listen, port: entrances.port };
  keepNote(daemon, noteOf(daemon, { socket, listen }));
  using _heartbeat = beat(daemon);
  using _staleness = watchStalenessOf(daemon);
  using _telling = runtime.notifications.start();
  daemon.requests.goOn();
  runtime.restores.expire();
  using _expiring = runtime.clock.every(expireEveryMs, () => runtime.restores.expire());
  using _looking = runtime.clock.every(lookEveryMs, () => void daemon.refresh());
  say(`umbra daemon ${version}, process ${process.pid}, listens on ${socket}`);
  await manager.ready();
  await aborted(stopping);
  const reason: unknown = stopping.reason;
  if (reason instanceof OpenAnew) return say(reason.why);
  try {
    say(`Told to end (${String(reason)}). Backups that run go on; the next daemon follows them.`);
    await manager.stopping();
  } finally {
    removeNotes(stateDir);
  }
}

/** A state folder that takes no file takes no socket either; what is there already stays as it is. */
function socketOf({ paths: { stateDir, scratchDir }, configuration }: Runtime): string {
  const place = takes(stateDir, 0) ? stateDir : standInFor(stateDir, scratchDir);
  return socketPath({ stateDir: place, scratchDir, configured: configuration.daemon.socket });
}

/** Without it clients do not find the daemon, and work without it. */
function keepNote({ runtime: { paths, log } }: Daemon, note: DaemonNote): void {
  try {
    writeNote(paths.stateDir, note);
  } catch (error) {
    log.warn({ error: String(error) }, 'the note for clients could not be written');
  }
}

function fillingOf({ events, clock, log }: Runtime, { program, configFile, env, cwd }: DaemonOptions): Disposable {
  if (program === undefined) return { [Symbol.dispose]() {} };
  const fill = async (repository: string, signal: AbortSignal): Promise<void> => {
    await updateCatalog({ program, configFile, env, cwd }, { repository, gently: true }, { signal });
  };
  return fillCatalogs({ events, clock, log, fill });
}

/** It sees to what is due; after waking up it lets the network come back first. */
function isHealthy(dispatcher: Dispatcher, now: number): boolean {
  const nextAt = dispatcher.nextAt();
  return nextAt === undefined || now - nextAt < overdueMs || dispatcher.settlingUntil() !== undefined;
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
