import { randomBytes } from 'node:crypto';
import {
  type Clock,
  type EngineProcess,
  type PrivilegedBridge,
  type PrivilegedEngines,
  type PrivilegedRole,
  type PrivilegedStart,
  type ProcessIdentity,
  type ProcessTable,
} from '@umbracore/contracts';
import type { AnswerTo } from '../protocol/answers.ts';
import { socketIn } from '../places.ts';
import { addressOf, type FieldsOf, type Verb } from '../protocol/requests.ts';
import { BridgedEngine } from './bridged-engine.ts';
import { BridgeConnection, isUnreachable } from './connection.ts';
import { limitsOf } from './limits.ts';
import { readNote, writeNote, type StartNote } from './start-note.ts';

export interface PrivilegedBridgeOptions {
  /** Folder of the sockets, one for each role. */
  readonly socketDir: string;
  readonly clock: Clock;
  readonly processTable: ProcessTable;
}

/** Asks the privileged program through its sockets. Keeps no connection open for which there is nothing to wait. */
export function createPrivilegedBridge(options: PrivilegedBridgeOptions): PrivilegedBridge {
  const { socketDir } = options;
  const ask: Ask = async (role, verb, fields, signal) => {
    using connection = await BridgeConnection.open(socketIn(socketDir, role), signal);
    return await connection.ask(verb, fields);
  };
  return {
    facts: (role, signal) => ask(role, 'facts', {}, signal),
    engines: (repository, job) => enginesOf(options, ask, repository, job),
    find: (spool) => find(options, ask, spool),
    createSnapshot: (volume, id, signal) => ask('volumes', 'create-snapshot', { volume, id }, signal),
    async releaseSnapshot(volume, id, signal) {
      await ask('volumes', 'release-snapshot', { volume, id }, signal);
    },
    mount: (location, signal) => ask('mounts', 'mount', { location }, signal),
    async unmount(location, signal) {
      await ask('mounts', 'unmount', { location }, signal);
    },
  };
}

type Ask = <V extends Verb>(
  role: PrivilegedRole,
  verb: V,
  fields: FieldsOf<V>,
  signal?: AbortSignal,
) => Promise<AnswerTo<V>>;

function enginesOf(options: PrivilegedBridgeOptions, ask: Ask, repository: string, job: string): PrivilegedEngines {
  return {
    look: (sources, signal) => ask('backup', 'look', { job, repository, sources: [...sources] }, signal),
    freeze: (id, snapshot, signal) => ask('volumes', 'freeze', { job, repository, snapshot, id }, signal),
    async thaw(id, signal) {
      await ask('volumes', 'thaw', { job, repository, id }, signal);
    },
    async backup(spec, start, signal) {
      const how = begin(options, 'backup', start);
      signal?.throwIfAborted();
      const { frozen } = start;
      const fields = { job, repository, spec: { ...spec, ...listsOf(spec) }, frozen, ...howOf(how, start) };
      // Not given up half way: an engine that was started has to be followed to be ended.
      const answer = await surely(options, ask, how, () => ask('backup', 'backup', fields));
      return { engine: begun(options, start.spool, how, answer.engine), version: answer.version };
    },
    async restore({ snapshot, include, exclude, verify }, start, signal) {
      const how = begin(options, 'restore', start);
      const what = { snapshot, include: [...include], exclude: [...exclude], verify };
      signal?.throwIfAborted();
      const answer = await ask('restore', 'restore', { repository, ...what, ...howOf(how, start) });
      const engine = begun(options, start.spool, how, answer.engine);
      return { engine, version: answer.version, target: answer.target };
    },
  };
}

/** Who was cut off before the answer asks, for as long as a restart takes, what became of the start. */
async function surely(
  { clock }: PrivilegedBridgeOptions,
  ask: Ask,
  { role, id }: StartNote,
  start: () => Promise<Begun>,
): Promise<Begun> {
  const end = clock.monotonicMs() + restartMs;
  try {
    return await start();
  } catch (error) {
    for (let last = error; isUnreachable(last);) {
      try {
        const found = await ask(role, 'find', { id });
        if (found === null) throw error;
        return found;
      } catch (again) {
        if (again === error || clock.monotonicMs() > end) throw error;
        last = again;
        await clock.sleep(againMs);
      }
    }
    throw error;
  }
}

type Begun = AnswerTo<'backup'>;

const restartMs = 10_000;
const againMs = 250;

const listsOf = ({ sources, excludes, excludeIfPresent, tags }: Parameters<PrivilegedEngines['backup']>[0]) => ({
  sources: [...sources],
  excludes: [...excludes],
  excludeIfPresent: [...excludeIfPresent],
  tags: [...tags],
});

const howOf = ({ id }: StartNote, { orphanPolicy, limits, location }: PrivilegedStart) => ({
  id,
  address: addressOf(location),
  orphanPolicy,
  limits: limitsOf(limits),
});

/** The number is on the disk before the program hears it: whatever happens, it can be asked for again. */
function begin(
  { processTable }: PrivilegedBridgeOptions,
  role: 'backup' | 'restore',
  { spool }: PrivilegedStart,
): StartNote {
  const note = { id: randomBytes(16).toString('hex'), role, bootId: processTable.self().bootId, engine: null };
  writeNote(spool, note);
  return note;
}

function begun(
  options: PrivilegedBridgeOptions,
  spool: string,
  note: StartNote,
  engine: ProcessIdentity | null,
): EngineProcess {
  writeNote(spool, { ...note, engine });
  return engineOf(options, note, engine, false);
}

const engineOf = (
  { socketDir, clock, processTable }: PrivilegedBridgeOptions,
  { id, role }: StartNote,
  engine: ProcessIdentity | null,
  ended: boolean,
): EngineProcess => new BridgedEngine({ id, socket: socketIn(socketDir, role), engine, ended, clock, processTable });

async function find(options: PrivilegedBridgeOptions, ask: Ask, spool: string): Promise<EngineProcess | undefined> {
  const note = readNote(spool);
  if (note === undefined) return undefined;
  try {
    const found = await ask(note.role, 'find', { id: note.id });
    return found === null ? undefined : engineOf(options, note, found.engine ?? note.engine, found.ended);
  } catch (error) {
    if (!isUnreachable(error)) throw error;
    const { processTable } = options;
    // Without the program, what is known for sure: nothing outlives the machine's start, and an engine that was seen is alive or not.
    if (note.bootId !== processTable.self().bootId && note.engine === null) return undefined;
    if (note.engine !== null) return engineOf(options, note, note.engine, false);
    throw error;
  }
}
