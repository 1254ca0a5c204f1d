import type { DaemonNote } from '@umbracore/contracts';
import { compose, runtimePaths, type ComposeOptions } from '@umbracore/runtime';
import { createDaemon } from './create-daemon.ts';
import type { Daemon } from './daemon.ts';
import { Entrances } from './http/entrances.ts';
import { takeDaemonLock } from './place/daemon-lock.ts';
import { removeNotes, writeHeartbeat, writeNote } from './place/note.ts';
import { listenToSignals } from './place/signals.ts';
import { socketPath } from './place/socket-path.ts';

export interface DaemonOptions extends ComposeOptions {
  readonly version: string;
  /** A line for whoever started it in the foreground. */
  readonly say: (line: string) => void;
}

/** Somebody who finds an older heartbeat than five of these takes the daemon for dead. */
const heartbeatEveryMs = 60_000;

/** How often the configuration is looked at for changes. */
const lookEveryMs = 30_000;

/** So long may what is under way take to come to its own end. Backups take longer: they go on without us. */
const farewellMs = 2000;

/**
 * Works until it is told to end by SIGTERM or SIGINT. Throws `daemon.running` if another one works on the same state, and
 * `config.*` if there is no configuration to begin with.
 */
export async function runDaemon(options: DaemonOptions): Promise<void> {
  using _lock = takeDaemonLock(runtimePaths(options).stateDir);
  const stopping = new AbortController();
  const runtime = await compose(options);
  const daemon = createDaemon({ version: options.version, options, runtime, stopping: stopping.signal });
  using _signals = listenToSignals({
    stop: (signal) => stopping.abort(signal),
    reload: () => void daemon.live.reload(),
  });
  try {
    await recover(daemon);
    await serve(daemon, options.say);
  } finally {
    stopping.abort();
    daemon.feed[Symbol.dispose]();
    await Promise.race([runtime[Symbol.asyncDispose](), runtime.clock.sleep(farewellMs)]);
  }
}

/** What earlier processes left behind is settled or adopted before anything new begins. */
async function recover({ runtime: { coordinator, log } }: Daemon): Promise<void> {
  await coordinator.recover();
  // Adopted backups may take hours: they are followed beside everything else.
  coordinator
    .recover({ wait: true })
    .catch((error: unknown) => log.warn({ error: String(error) }, 'not all recovered'));
}

/** Answers requests until the daemon is told to end. */
async function serve(daemon: Daemon, say: (line: string) => void): Promise<void> {
  const { runtime, live, stopping } = daemon;
  const { stateDir, scratchDir } = runtime.paths;
  const { socket: configured } = live.current.daemon;
  const socket = socketPath({ stateDir, scratchDir, configured });
  await using _entrances = await Entrances.open(daemon, socket, live.current.daemon);
  writeNote(stateDir, noteOf(daemon, socket));
  using _heartbeat = beat(daemon);
  using _looking = runtime.clock.every(lookEveryMs, () => void daemon.refresh());
  say(`umbra daemon ${daemon.version}, process ${process.pid}, listens on ${socket}`);
  try {
    await aborted(stopping);
    say(`Told to end (${String(stopping.reason)}). Backups that run go on; the next daemon follows them.`);
  } finally {
    removeNotes(stateDir);
  }
}

const noteOf = ({ version, startedAt, runtime, live: { current } }: Daemon, socket: string): DaemonNote => ({
  process: runtime.processTable.self(),
  version,
  socket,
  listen: current.daemon.listen ?? null,
  configFile: current.file ?? null,
  startedAt,
});

function beat({ runtime, nextAt }: Daemon): Disposable {
  const { clock, log, paths, processTable } = runtime;
  const self = processTable.self();
  const tick = (): void => {
    try {
      writeHeartbeat(paths.stateDir, { process: self, at: clock.now(), nextAt: nextAt() ?? null });
    } catch (error) {
      log.warn({ error: String(error) }, 'the heartbeat could not be written');
    }
  };
  tick();
  return clock.every(heartbeatEveryMs, tick);
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
