import { mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UmbraError, type BackendHost, type Log, type PrivilegedRole, type SecretResolver } from '@umbracore/contracts';
import { createEngineProcesses, spoolIn, systemProcessTable } from '@umbracore/engine-process';
import { fileSecrets } from '@umbracore/integrations';
import { createResticCommands } from '@umbracore/restic-adapter';
import {
  AuditTrail,
  effectiveCapabilities,
  EngineRoom,
  PolicyFile,
  rightsWarnings,
  serve,
  type Listening,
  type Serving,
} from '@umbracore/xpc-bridge/program';
import { proofDirIn } from '@umbracore/xpc-bridge/light';
import { systemClock } from '../system-clock.ts';

export interface PrivilegedOptions {
  readonly role: PrivilegedRole;
  readonly version: string;
  readonly policyFile: string;
  /** Folder of this program alone, on a disk. */
  readonly stateDir: string;
  readonly listening: Listening;
  readonly proofDir: string;
  /** A program that makes the mounts which a file says, and then holds them; see `ViewOrder`. */
  readonly holder: readonly string[];
  readonly log: Log;
}

/** Where programs are looked up: what the caller of the program has set is of no account. */
const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * Wires the privileged program: the policy, the engines, one way to find secrets, and nothing else. No plug-in is loaded, no
 * configuration is read, and no container is made.
 */
export async function composePrivileged(options: PrivilegedOptions): Promise<Serving> {
  const { role, version, policyFile, stateDir, log } = options;
  const clock = systemClock;
  const processTable = systemProcessTable();
  const processes = createEngineProcesses({ clock, log, processTable });
  const capabilities = effectiveCapabilities();
  const warnings = capabilities === undefined ? [] : rightsWarnings(role, capabilities);
  for (const warning of warnings) log.warn({ role }, warning);
  // An engine outlives this program, and the /tmp that a unit has of its own does not.
  const temporary = join(stateDir, 'tmp');
  mkdirSync(temporary, { recursive: true, mode: 0o700 });
  const commandsFor = (engine: string) => {
    const env = { PATH: path, HOME: stateDir, TMPDIR: temporary, UMBRA_RESTIC: engine };
    const host: BackendHost = {
      processes,
      clock,
      log,
      env,
      cacheDir: join(stateDir, 'cache'),
      scratchDir: join(stateDir, 'scratch'),
    };
    return createResticCommands(host);
  };
  const engines = new EngineRoom({
    dir: join(stateDir, 'engines'),
    processes,
    processTable,
    clock,
    outputOf: spoolIn,
  });
  const audit = new AuditTrail(join(stateDir, `audit-${role}.jsonl`), clock);
  const views = {
    dir: join(dirname(options.proofDir), 'views'),
    stateDir,
    holder: options.holder,
    user: () => ownerOf(proofDirIn(dirname(options.proofDir), 'backup')),
    processTable,
    clock,
  };
  const context = {
    role,
    version,
    policy: new PolicyFile(policyFile),
    audit,
    engines,
    clock,
    log,
    processes,
    secrets,
    commandsFor,
    stateDir,
    uid: process.geteuid?.() ?? 0,
    warnings,
    views,
  };
  return await serve({ context, listening: options.listening, proofDir: options.proofDir });
}

/** Whose the folder of a role's proofs is: whom the role runs as. Without that role it is this program. */
function ownerOf(folder: string): { readonly uid: number; readonly gid: number } {
  const own = { uid: process.geteuid?.() ?? 0, gid: process.getegid?.() ?? 0 };
  return statSync(folder, { throwIfNoEntry: false }) ?? own;
}

const files = fileSecrets();

/** Files that only root, or this program's user, can read; see the policy. */
const secrets: SecretResolver = {
  resolve: (reference, signal) =>
    reference.scheme === files.scheme
      ? files.resolve(reference, signal)
      : Promise.reject(
          new UmbraError('secret.unavailable', `The policy has a secret of the kind ${reference.scheme}:`),
        ),
};
