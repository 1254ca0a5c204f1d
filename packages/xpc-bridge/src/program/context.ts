import type { Clock, EngineCommands, EngineProcesses, Log, PrivilegedRole, SecretResolver } from '@umbracore/contracts';
import type { AuditTrail } from './audit.ts';
import type { EngineRoom } from './engines.ts';
import type { PolicyFile } from './policy-file.ts';
import type { Views } from './volumes/view.ts';

/** Everything that answering a request takes. */
export interface ProgramContext {
  readonly role: PrivilegedRole;
  readonly version: string;
  readonly policy: PolicyFile;
  readonly audit: AuditTrail;
  readonly engines: EngineRoom;
  readonly clock: Clock;
  readonly log: Log;
  readonly processes: EngineProcesses;
  readonly secrets: SecretResolver;
  /** Command lines of the engine that the policy names. */
  readonly commandsFor: (engine: string) => EngineCommands;
  /** Folder of this program alone. */
  readonly stateDir: string;
  /** What this process runs as. */
  readonly uid: number;
  readonly warnings: readonly string[];
  /** How snapshots are put in the place of sources. */
  readonly views: Views;
}
