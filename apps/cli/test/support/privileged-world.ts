import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { resticProgram, until, World, type Outcome, type Started, type StartOptions } from './world.ts';

export const helperProgram = fileURLToPath(new URL('../../dist/umbra-helper.js', import.meta.url));

/** What these tests need: to be root, and to be able to run something as nobody. */
export const canChangeUser = process.getuid?.() === 0;

/** Everybody's nobody on Debian, and someone who is in no policy. */
export const nobody = 65_534;
export const stranger = 12_345;

export interface AuditRecord {
  readonly event: string;
  readonly verb: string;
  readonly uid: number | null;
  readonly why?: string;
}

/**
 * A world that belongs to nobody, with sources that are root's alone and a repository that a group shares: the program runs as
 * nobody, and what saves the sources as root.
 */
export class PrivilegedWorld extends World {
  readonly policy = this.at('policy.json');
  readonly sockets = this.at('sockets');
  readonly helperState = this.at('helper-state');
  #helper: ChildProcess | undefined;

  constructor(jobLines = '') {
    super();
    this.env['UMBRA_HELPER_DIR'] = this.sockets;
    this.write('secret/shadow', 'only root');
    chmodSync(this.write('owned', 'by somebody'), 0o640);
    chownSync(`${this.source}/owned`, 1234, 4321);
    chmodSync(this.source, 0o700);
    this.configure(`    privileged: true\n${jobLines}`);
    this.writePolicy();
    const own = ['home', 'tmp', 'cache', 'password'].map((name) => this.at(name));
    execFileSync('chown', ['-R', `${nobody}:${nobody}`, ...own, this.makeFolder('state'), this.repository]);
    execFileSync('chmod', ['-R', 'g+rwX', this.repository]);
    execFileSync('find', [this.repository, '-type', 'd', '-exec', 'chmod', 'g+s', '{}', '+']);
    writeFileSync(this.at('root-password'), readFileSync(this.at('password')), { mode: 0o600 });
    chmodSync(this.folder, 0o755);
  }

  /** The repository as the policy has it. */
  allowed(): Readonly<Record<string, unknown>> {
    // An engine that is interrupted sends what it has begun: one pack of the smallest size there is.
    const packs = { packSizeBytes: 4 * 1024 * 1024, options: { 'local.connections': '1' } };
    return { location: this.repository, password: `file:${this.at('root-password')}`, restore: true, ...packs };
  }

  writePolicy(change: Readonly<Record<string, unknown>> = {}): void {
    const policy = {
      version: 1,
      users: [nobody],
      engine: resticProgram(),
      repositories: { home: this.allowed() },
      jobs: { documents: { repositories: ['home'], sources: [this.source] } },
      ...change,
    };
    writeFileSync(this.policy, JSON.stringify(policy), { mode: 0o644 });
  }

  /** Starts the privileged program, and resolves when it may be asked. */
  async startHelper(...roles: readonly string[]): Promise<void> {
    const args = (roles.length === 0 ? ['backup', 'restore'] : roles).flatMap((role) => ['--role', role]);
    this.#helper = await this.#serve([process.execPath, helperProgram, ...args], this.helperState);
  }

  /** The same as root with no more than these rights, beside others that are started apart. */
  async startLimited(rights: string, role: string): Promise<ChildProcess> {
    const limited = ['setpriv', `--bounding-set=${rights}`, process.execPath, helperProgram, '--role', role];
    return await this.#serve(limited, this.at(`helper-state-${role}`));
  }

  /** The same behind a view of its own of the file system, with that of everybody handed over, as its unit does. */
  async startWalled(rights: string, role: string): Promise<ChildProcess> {
    const view = openSync('/proc/self/ns/mnt', 'r');
    try {
      const walls = ['unshare', '--mount', '--propagation', 'slave', '--', 'setpriv', `--bounding-set=${rights}`];
      const walled = [...walls, process.execPath, helperProgram, '--role', role];
      return await this.#serve(walled, this.at(`helper-state-${role}`), view);
    } finally {
      closeSync(view);
    }
  }

  async #serve(
    [program = '', ...args]: readonly string[],
    state: string,
    stdin: number | 'ignore' = 'ignore',
  ): Promise<ChildProcess> {
    const places = ['--policy', this.policy, '--dir', this.sockets, '--state', state];
    const child = spawn(program, [...args, ...places], {
      // Found by `processes` and ended with the world.
      env: { PATH: '/usr/bin:/bin', UMBRA_WORLD: this.folder },
      stdio: [stdin, 'ignore', 'pipe'],
    });
    endWithUs(child);
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text));
    await until('the privileged program is ready', () => {
      if (child.exitCode !== null) throw new Error(said);
      return said.includes('is ready');
    });
    return child;
  }

  killHelper(): void {
    this.#helper?.kill('SIGKILL');
  }

  override start(args: readonly string[], options: StartOptions = {}): Started {
    return super.start(args, { uid: nobody, gid: nobody, ...options });
  }

  as(uid: number, ...args: string[]): Promise<Outcome> {
    return super.start(args, { uid, gid: uid }).ended;
  }

  audit(role = 'backup'): readonly AuditRecord[] {
    const file = this.at('helper-state', `audit-${role}.jsonl`);
    if (!existsSync(file)) return [];
    return readFileSync(file, 'utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line) as AuditRecord);
  }

  /** Pids of engines that work on the repository. */
  engines(): readonly number[] {
    return this.processes().filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'latin1').startsWith(resticProgram());
      } catch {
        return false;
      }
    });
  }
}

/** A test that ran out of time disposes of nothing: what would serve for ever ends with this process, however that ends. */
function endWithUs(child: ChildProcess): void {
  const script = 'read -r over || kill -KILL "$0"';
  const keeper = spawn('/bin/sh', ['-c', script, `${child.pid}`], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.once('exit', () => keeper.stdin.end('over\n'));
  keeper.unref();
}
