import { isUmbraError, toUmbraError, UmbraError, type DaemonNote } from '@umbracore/contracts';
import type { ShowStatus } from '@umbracore/daemon';
import type { Action } from '../command.ts';
import type { TokenFlags } from '../commands/daemon.ts';
import { becomeLean } from '../daemon/become-lean.ts';
import { DaemonClient } from '../daemon/daemon-client.ts';
import { goneText, isGone } from '../daemon/find-daemon.ts';
import { readNote } from '../daemon/read-note.ts';
import { showHealth, type HealthDocument } from '../daemon/show-health.ts';
import { endDaemon } from '../daemon/end-daemon.ts';
import { countText } from '../output/count-jobs.ts';
import { formatQuantity } from '../output/sizes.ts';
import type { Session } from '../session.ts';
import { version } from '../version.ts';

/** Loaded when somebody asks: a daemon that waits for the night should not hold it. */
const showStatus: ShowStatus = async (...given) => (await import('../status/shown-status.ts')).showStatus(...given);

/** Signals are answered by the daemon itself: none of them means that a backup is to be cancelled. */
export const run: Action<object> = async (session) => {
  becomeLean();
  const { runDaemon } = await import('../doors/daemon.ts');
  const { thisProgram } = await import('../units/this-program.ts');
  session.releaseSignals();
  const say = (line: string): void => session.say(line);
  await runDaemon({ ...session.place(), version, say, showStatus, program: thisProgram() });
};

export const status: Action<object> = async (session) => {
  const client = await clientOf(session);
  const health = await client.get<HealthDocument>('/health', [200, 503]);
  if (session.json) session.stdout.line(JSON.stringify(health));
  else showHealth(session, health, client.note);
  return health.ok ? 0 : 1;
};

export const reload: Action<object> = async (session) => {
  const client = await clientOf(session);
  const health = await client.post<HealthDocument>('/v1/reload');
  if (session.json) return session.stdout.line(JSON.stringify(health));
  const { file, restartNeeded } = health.configuration;
  session.done(`in force: ${file ?? 'a built-in configuration'}, ${countText(health.configuration)}`);
  if (restartNeeded.length === 0) return;
  session.notice(`In force after a restart only: ${restartNeeded.join(', ')}. Restart it: umbra daemon restart`);
};

export const start: Action<object> = async (session) => {
  const { note, problem } = await startedNow(session);
  if (problem !== undefined) session.problem(problem);
  if (session.json) return session.document('daemon-started', { pid: note.process.pid, socket: note.socket });
  const lastGood = problem === undefined ? '' : ', with the last good configuration';
  session.done(`the daemon runs: process ${note.process.pid}${lastGood}`);
};

export const restart: Action<object> = async (session) => {
  const { runtimePaths } = await import('../doors/configuration.ts');
  const before = readNote(runtimePaths(session.place()).stateDir);
  const { file, problem } = await configurationOf(session);
  // Of the file that it works with it has kept a good one. With another one it would not come back.
  if (before !== undefined && problem !== undefined && file !== before.configFile) throw problem;
  if (before !== undefined) await endDaemon(before, session.interrupt.signal).catch(unlessGone);
  await start(session, [], {});
};

/** One that has ended already needs no end. */
function unlessGone(error: unknown): void {
  if (!isUmbraError(error) || error.code !== 'daemon.unreachable') throw error;
}

interface Configured {
  readonly file: string | undefined;
  readonly problem: UmbraError | undefined;
}

interface Started {
  readonly note: DaemonNote;
  /** What is wrong with the configuration on disk: the daemon works with the last good one. */
  readonly problem: UmbraError | undefined;
}

/** By the service manager if it is installed there, else as a process of its own. */
async function startedNow(session: Session): Promise<Started> {
  const { startDaemon } = await import('../daemon/start-daemon.ts');
  const { runtimePaths } = await import('../doors/configuration.ts');
  const { installedStart } = await import('../units/installed.ts');
  const { thisProgram } = await import('../units/this-program.ts');
  const { file, problem } = await configurationOf(session);
  // Without a file it would look for another one.
  if (file === undefined && problem !== undefined) throw problem;
  const { stateDir, logDir } = runtimePaths(session.place());
  const named = file === undefined ? {} : { UMBRA_CONFIG: file };
  const start = {
    program: thisProgram(),
    env: { ...session.env, ...named },
    stateDir,
    logDir,
    command: await installedStart(session),
  };
  const note = await startDaemon(start, session.interrupt.signal).catch((error: unknown) => {
    // What it said in its last words, said better.
    throw isUmbraError(error) && error.code === 'daemon.running' ? error : (problem ?? error);
  });
  return { note, problem };
}

/** The file that a daemon would read, and what is wrong with it. */
async function configurationOf(session: Session): Promise<Configured> {
  const { discoverConfiguration, readConfiguration } = await import('../doors/configuration.ts');
  const place = session.place();
  const { env, cwd, home, configFile: path } = place;
  const systemScope = process.getuid?.() === 0;
  try {
    const { file } = await discoverConfiguration({ path, env, cwd, home, systemScope });
    const problem = await readConfiguration(place).then(() => undefined, toUmbraError);
    return { file, problem };
  } catch (error) {
    return { file: undefined, problem: toUmbraError(error) };
  }
}

export const stop: Action<object> = async (session) => {
  const { note } = await clientOf(session);
  await endDaemon(note, session.interrupt.signal);
  const { countKept } = await import('../doors/left-requests.ts');
  const { runtimePaths } = await import('../doors/configuration.ts');
  const requests = countKept(runtimePaths(session.place()).stateDir);
  if (session.json) return session.document('daemon-stopped', { pid: note.process.pid, requests });
  const goOn = `${formatQuantity(requests, 'request')} that ${requests === 1 ? 'was left to it goes' : 'were left to it go'} on with the next one`;
  session.done(`the daemon, process ${note.process.pid}, has ended`, ...(requests === 0 ? [] : [goOn]));
};

export const token: Action<TokenFlags> = async (session, _, { new: fresh = false }) => {
  const { apiToken, newToken } = await import('../doors/daemon.ts');
  const { runtimePaths } = await import('../doors/configuration.ts');
  const { stateDir } = runtimePaths(session.place());
  const text = fresh ? newToken(stateDir) : apiToken(stateDir);
  if (session.json) return session.document('daemon-token', { token: text });
  session.say(text);
};

/** Throws `daemon.unreachable` if there is no daemon. */
async function clientOf(session: Session): Promise<DaemonClient> {
  const { runtimePaths } = await import('../doors/configuration.ts');
  const { systemProcessTable } = await import('../doors/process-table.ts');
  const { stateDir } = runtimePaths(session.place());
  const note = readNote(stateDir);
  if (note !== undefined && !isGone(systemProcessTable(), note)) return new DaemonClient(note);
  const what = note === undefined ? `no daemon works on ${stateDir}` : goneText(note);
  throw new UmbraError('daemon.unreachable', what, {
    hint: 'Start one: `umbra daemon start`, or let the system do it: `umbra daemon install`.',
  });
}
