import { execFileSync, spawn } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { s3Key, startS3Server } from './memory-s3.ts';

/** Where a repository elsewhere is, and what it takes to get there. */
export interface Way {
  /** Of the repository `name` on it. */
  locationOf(name: string): string;
  readonly options: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
}

export interface Server extends Way {
  stop(): Promise<void>;
}

/** A server at a port of this machine, to which another port may lead. */
export interface PortServer extends Server {
  readonly port: number;
  through(port: number): Way;
}

/** One kind of storage; `programs` are the variables of what it needs. */
export interface ServerKind {
  readonly kind: string;
  readonly programs: readonly string[];
  /** Serves what is in `data`, with a folder for its own files. */
  start(data: string, own: string): Promise<Server>;
}

const program = (variable: string): string => process.env[variable] ?? '';

const isThere = (variable: string): boolean => process.env[variable] !== undefined;

/** Whether everything that a kind of storage needs was found. */
export const canServe = ({ programs }: ServerKind): boolean => programs.every(isThere);

export const restKind: ServerKind = {
  kind: 'rest',
  programs: ['UMBRA_TEST_RESTIC_REST_SERVER'],
  start: startRest,
};

export const serverKinds: readonly ServerKind[] = [
  restKind,
  { kind: 'sftp', programs: ['UMBRA_TEST_RCLONE', 'UMBRA_TEST_SSH', 'UMBRA_TEST_SSH_KEYGEN'], start: startSftp },
  { kind: 'rclone', programs: ['UMBRA_TEST_RCLONE'], start: startRclone },
  { kind: 's3', programs: [], start: startS3 },
];

export async function startRest(data: string, own: string, ...flags: readonly string[]): Promise<PortServer> {
  const port = await freePort();
  const args = ['--path', data, '--listen', `127.0.0.1:${port}`, '--no-auth', ...flags];
  const stop = await serve(program('UMBRA_TEST_RESTIC_REST_SERVER'), args, own, port);
  const through = (by: number): Way => ({
    locationOf: (name) => `rest:http://127.0.0.1:${by}/${name}/`,
    options: {},
    env: {},
  });
  return { ...through(port), port, through, stop };
}

/** rclone's server, OpenSSH's client: a server of OpenSSH's own wants a system user to log in as. */
export async function startSftp(data: string, own: string): Promise<PortServer> {
  const port = await freePort();
  const key = join(own, 'key');
  execFileSync(program('UMBRA_TEST_SSH_KEYGEN'), ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
  const keys = ['--user', 'keeper', '--authorized-keys', `${key}.pub`];
  const args = ['serve', 'sftp', data, '--addr', `127.0.0.1:${port}`, ...keys];
  const stop = await serve(program('UMBRA_TEST_RCLONE'), args, own, port);
  const trust = '-o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR';
  const command = `${program('UMBRA_TEST_SSH')} -F /dev/null -i ${key} ${trust}`;
  const through = (by: number): Way => ({
    locationOf: (name) => `sftp:keeper@127.0.0.1:/${name}`,
    options: { 'sftp.command': `${command} -p ${by} keeper@127.0.0.1 -s sftp` },
    env: {},
  });
  return { ...through(port), port, through, stop };
}

/** No server: restic starts rclone, which finds its remotes by a variable of the repository. */
async function startRclone(data: string, own: string): Promise<Server> {
  const config = join(own, 'rclone.conf');
  const write = (remote: string): void => writeFileSync(config, `[${remote}]\ntype = alias\nremote = ${data}\n`);
  write('store');
  return {
    locationOf: (name) => `rclone:store:${name}`,
    options: { 'rclone.program': program('UMBRA_TEST_RCLONE') },
    env: { RCLONE_CONFIG: config },
    stop: async () => write('another'),
  };
}

async function startS3(data: string): Promise<Server> {
  const names = readdirSync(data, { recursive: true, encoding: 'utf8' });
  const files = names.filter((name) => statSync(join(data, name)).isFile());
  const { location, stop } = await startS3Server(new Map(files.map((name) => [name, readFileSync(join(data, name))])));
  const env = { AWS_ACCESS_KEY_ID: s3Key, AWS_SECRET_ACCESS_KEY: 's3-cret' };
  return { locationOf: (name) => `${location}/${name}`, options: { 's3.region': 'us-east-1' }, env, stop };
}

/** Resolves when something listens at the port; to what ends it. */
export async function serve(
  path: string,
  args: readonly string[],
  home: string,
  port: number,
  {
    env = {},
    ...as
  }: { readonly uid?: number; readonly gid?: number; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<() => Promise<void>> {
  const child = spawn(path, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { PATH: process.env['PATH'], HOME: home, ...env },
    ...as,
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  // rclone makes itself a key first, which a busy machine does not do at once.
  const deadline = performance.now() + 120_000;
  while (!(await listens(port))) {
    if (child.exitCode !== null || performance.now() > deadline) throw new Error(`${path} does not serve: ${said}`);
    await wait(20);
  }
  return () => {
    child.kill('SIGKILL');
    return ended;
  };
}

const listens = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true));
    socket.once('error', () => setTimeout(() => resolve(false), 20));
    socket.once('connect', () => socket.destroy());
  });

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
