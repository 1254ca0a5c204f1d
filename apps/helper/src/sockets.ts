import { chmodSync, chownSync, lstatSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { createConnection } from 'node:net';
import { UmbraError, type PrivilegedRole } from '@umbracore/contracts';
import { PolicyFile, proofDirIn, socketIn, type Listening } from '@umbracore/runtime/privileged';

/** The first descriptor that systemd hands over. */
const firstHanded = 3;

type Environment = Readonly<Record<string, string | undefined>>;

/** The socket that the system opened for this process: by systemd's protocol, or by launchd in the way of inetd. */
export function handedSocket(env: Environment, pid: number): Listening | undefined {
  if (env['UMBRA_HELPER_INETD'] === '1') return { fd: 0 };
  if (env['LISTEN_PID'] !== String(pid) || env['LISTEN_FDS'] === undefined) return undefined;
  if (env['LISTEN_FDS'] === '1') return { fd: firstHanded };
  throw new UmbraError('usage.invalid', `systemd handed over ${env['LISTEN_FDS']} sockets`, {
    hint: 'Give each role a socket unit and a service of its own.',
  });
}

/** Who may connect: one user, or the members of one group. The mode of the socket says so, before anything is asked. */
interface Door {
  readonly uid: number;
  readonly gid: number;
  readonly socketMode: number;
  readonly proofMode: number;
}

function doorOf(policyFile: string): Door {
  const { users, groups } = new PolicyFile(policyFile).current();
  const [group] = groups;
  const [user] = users;
  if (group !== undefined && groups.size === 1) return { uid: 0, gid: group, socketMode: 0o660, proofMode: 0o1730 };
  if (user !== undefined && users.size === 1 && groups.size === 0)
    return { uid: user, gid: 0, socketMode: 0o600, proofMode: 0o1733 };
  throw new UmbraError(
    'config.invalid-value',
    'The socket can be for one user or one group, and the policy has several',
    {
      hint: 'Let "groups" name one group that all "users" are in.',
    },
  );
}

export interface OwnSocket {
  /** Where to listen at first. */
  readonly path: string;
  readonly proofDir: string;
  /** Lets those in who may come, at the path where they look for it: until then nobody is there, who could only be refused. */
  open(): void;
  /** Nobody finds it any more. To be called while it is listened at: later it may be another one's. */
  remove(): void;
}

/** Makes what a role needs to be reached where no service manager does. */
export async function ownSocket(socketDir: string, role: PrivilegedRole, policyFile: string): Promise<OwnSocket> {
  const door = doorOf(policyFile);
  const path = socketIn(socketDir, role);
  const proofDir = proofDirIn(socketDir, role);
  mkdirSync(socketDir, { recursive: true });
  chmodSync(socketDir, 0o755);
  await removeAbandoned(path);
  const unopened = `${path}.new`;
  await removeAbandoned(unopened);
  mkdirSync(proofDir, { recursive: true });
  if (!lstatSync(proofDir).isDirectory()) throw new Error(`${proofDir} is no folder`);
  chownSync(proofDir, process.geteuid?.() ?? 0, door.gid);
  chmodSync(proofDir, door.proofMode);
  return {
    path: unopened,
    proofDir,
    open() {
      // What has been given away takes a right to change.
      chmodSync(unopened, door.socketMode);
      chownSync(unopened, door.uid, door.gid);
      renameSync(unopened, path);
    },
    remove() {
      rmSync(path, { force: true });
    },
  };
}

async function removeAbandoned(path: string): Promise<void> {
  if (lstatSync(path, { throwIfNoEntry: false }) === undefined) return;
  const isAnswered = await new Promise<boolean>((resolve) => {
    const socket = createConnection({ path });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
  if (isAnswered) {
    throw new UmbraError('daemon.running', `Somebody listens at ${path} already`, {
      hint: 'End that one first, or choose another --dir.',
    });
  }
  rmSync(path);
}

/** Ends everything, whatever order it came in. */
export async function closeAll(servings: readonly AsyncDisposable[]): Promise<void> {
  await Promise.all(servings.map((serving) => serving[Symbol.asyncDispose]()));
}
