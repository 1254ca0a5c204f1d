import { isUmbraError, UmbraError, type DaemonNote } from '@umbracore/contracts';
import type { Action } from '../command.ts';
import type { TokenFlags } from '../commands/daemon.ts';
import { DaemonClient } from '../daemon/daemon-client.ts';
import { readNote } from '../daemon/read-note.ts';
import { showHealth, type HealthDocument } from '../daemon/show-health.ts';
import { endDaemon } from '../daemon/end-daemon.ts';
import type { Session } from '../session.ts';
import { version } from '../version.ts';

/** Signals are answered by the daemon itself: none of them means that a backup is to be cancelled. */
export const run: Action<object> = async (session) => {
  const { runDaemon } = await import('../doors/daemon.ts');
  session.releaseSignals();
  await runDaemon({ ...session.place(), version, say: (line) => session.say(line) });
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
  const { file, jobs } = health.configuration;
  session.say(`In force: ${file ?? 'a built-in configuration'}, ${jobs} ${jobs === 1 ? 'job' : 'jobs'}`);
};

export const start: Action<object> = async (session) => {
  const note = await startedNow(session);
  if (session.json) return session.document('daemon-started', { pid: note.process.pid, socket: note.socket });
  session.say(`The daemon runs: process ${note.process.pid}`);
};

export const restart: Action<object> = async (session) => {
  const { runtimePaths } = await import('../doors/configuration.ts');
  const before = readNote(runtimePaths(session.place()).stateDir);
  if (before !== undefined) await endDaemon(before, session.interrupt.signal).catch(unlessGone);
  await start(session, [], {});
};

/** One that has ended already needs no end. */
function unlessGone(error: unknown): void {
  if (!isUmbraError(error) || error.code !== 'daemon.unreachable') throw error;
}

/** By the service manager if it is installed there, else as a process of its own. */
async function startedNow(session: Session): Promise<DaemonNote> {
  const { startDaemon } = await import('../daemon/start-daemon.ts');
  const { readConfiguration, runtimePaths } = await import('../doors/configuration.ts');
  const { installedStart } = await import('../units/installed.ts');
  const { thisProgram } = await import('../units/unit-spec.ts');
  // What is wrong with it is told here, where somebody reads it.
  const { file } = await readConfiguration(session.place());
  const { stateDir, logDir } = runtimePaths(session.place());
  const named = file === undefined ? {} : { UMBRA_CONFIG: file };
  return await startDaemon(
    {
      program: thisProgram(),
      env: { ...session.env, ...named },
      stateDir,
      logDir,
      command: await installedStart(session),
    },
    session.interrupt.signal,
  );
}

export const stop: Action<object> = async (session) => {
  const { note } = await clientOf(session);
  await endDaemon(note, session.interrupt.signal);
  if (session.json) return session.document('daemon-stopped', { pid: note.process.pid });
  session.say(`The daemon, process ${note.process.pid}, has ended.`);
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
  const { stateDir } = runtimePaths(session.place());
  const note = readNote(stateDir);
  if (note !== undefined) return new DaemonClient(note);
  throw new UmbraError('daemon.unreachable', `no daemon works on ${stateDir}`, {
    hint: 'Start one: `umbra daemon run`, or `umbra daemon install`.',
  });
}
