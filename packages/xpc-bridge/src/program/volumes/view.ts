import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock, EngineCommand, ProcessIdentity, ProcessTable } from '@umbracore/contracts';
import { Refusal } from '../refusal.ts';
import { found, type Tools } from './run.ts';

/** What it takes that some see a file system with snapshots in the place of what they are of. */
export interface Views {
  /** Where it is told who holds which; root's alone to write. */
  readonly dir: string;
  /** Folder of the role that makes them. */
  readonly stateDir: string;
  /** What makes the mounts that a file says, and then holds them. */
  readonly holder: readonly string[];
  /** Whom the role runs as that is to look through them. */
  readonly user: () => { readonly uid: number; readonly gid: number };
  readonly processTable: ProcessTable;
  readonly clock: Clock;
}

/** The file that says what is to be mounted, and who is to hold it. */
export interface ViewOrder {
  readonly mount: string;
  readonly mounts: readonly (readonly string[])[];
  /** What the process becomes then: nothing but somebody whose view can be looked through. */
  readonly become: readonly [program: string, ...args: string[]];
}

/** By which a process that waits for nothing is known. */
const waiting = 'sleep';
const deadlineMs = 30_000;
const lookEveryMs = 20;

/**
 * A process with a view of its own of the file system, in which these mounts are made: nobody else sees them, and they end with it. It
 * has no rights and belongs to the user whose engine is to look through it, for the system lets only that user do so.
 */
export async function openView(
  views: Views,
  { processes, path }: Tools,
  id: string,
  mounts: readonly (readonly string[])[],
): Promise<void> {
  const folder = folderOf(views, id);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, 'order.json');
  const { uid, gid } = views.user();
  const as = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'];
  const become = [found('setpriv', path), ...as, found(waiting, path), 'infinity'] as const;
  const order: ViewOrder = { mount: found('mount', path), mounts, become };
  writeFileSync(file, JSON.stringify(order), { mode: 0o600 });
  const args = ['--mount', '--propagation', 'slave', '--', ...views.holder, file];
  const command: EngineCommand = { program: found('unshare', path), args, env: { PATH: path.join(':') }, cwd: '/' };
  const holder = await processes.start(command, { spool: join(folder, 'spool'), orphanPolicy: 'adopt' });
  try {
    const identity = await isWaiting(views, () => holder.identity(), folder);
    mkdirSync(views.dir, { recursive: true, mode: 0o755 });
    writeFileSync(recordOf(views.dir, id), JSON.stringify(identity), { mode: 0o644 });
  } catch (error) {
    await holder.kill();
    throw error;
  }
}

async function isWaiting(
  { clock, processTable }: Views,
  identity: () => ProcessIdentity | undefined,
  folder: string,
): Promise<ProcessIdentity> {
  for (const end = clock.monotonicMs() + deadlineMs; clock.monotonicMs() < end; await clock.sleep(lookEveryMs)) {
    const known = identity();
    if (known === undefined) continue;
    if (nameOf(known.pid) === waiting) return known;
    if (!processTable.isAlive(known)) break;
  }
  throw new Refusal(`The snapshots could not be put in the place of the sources: ${lastWords(folder)}`);
}

function nameOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return '';
  }
}

function lastWords(folder: string): string {
  try {
    return (
      readFileSync(join(folder, 'spool', 'stderr.log'), 'utf8')
        .trim()
        .split('\n')
        .at(-1) || 'it said nothing'
    );
  } catch {
    return 'it said nothing';
  }
}

/** Ends it, with all that is mounted there. Nothing happens if there is none. */
export async function closeView(views: Views, { processes }: Tools, id: string): Promise<void> {
  const folder = folderOf(views, id);
  await (await processes.find(join(folder, 'spool')))?.kill();
  rmSync(recordOf(views.dir, id), { force: true });
  rmSync(folder, { recursive: true, force: true });
}

const folderOf = ({ stateDir }: Views, id: string): string => join(stateDir, 'views', id);
const recordOf = (dir: string, id: string): string => join(dir, `${id}.json`);

/** The root from which everything is seen as in this view. Throws a `Refusal` if nobody holds it any more. */
export function rootOf({ dir, processTable }: Views, id: string): string {
  const record = recordOf(dir, id);
  const facts = statSync(record, { throwIfNoEntry: false });
  if (facts?.uid === 0 && (facts.mode & 0o022) === 0) {
    const holder = JSON.parse(readFileSync(record, 'utf8')) as ProcessIdentity;
    if (processTable.isAlive(holder)) return `/proc/${holder.pid}/root`;
  }
  throw new Refusal(`Nothing is kept as it was under the name ${id}`, 'Start the run anew.');
}

/** The same command with that root; the right to have one is given away with it. */
export function seenFrom(root: string, command: EngineCommand, path: readonly string[]): EngineCommand {
  const without = ['--inh-caps=-sys_chroot', '--ambient-caps=-sys_chroot', '--'];
  const args = [root, found('setpriv', path), ...without, command.program, ...command.args];
  return { ...command, program: found('chroot', path), args };
}
