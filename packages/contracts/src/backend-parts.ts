import type { Ability, Backend } from './backend.ts';
import type { BackupResult, BackupSpec, BackupStats } from './backup.ts';
import type { CheckReport, CheckScope } from './check.ts';
import type { CreateOperation, DumpOperation, Operation, Progress } from './operation.ts';
import type { RepositoryFacts, RepositoryStatistics } from './repository-facts.ts';
import type { RestoreResult, RestoreSpec } from './restore.ts';
import type { Snapshot, SnapshotEntry } from './snapshot.ts';

/** One call of a backend that `defineBackend` made: nobody has to look whether these are there. */
export type Live<Given extends Operation = Operation> = Omit<Given, 'report'> & {
  readonly signal: AbortSignal;
  /** What is left out is unknown, or nothing. */
  readonly report: (progress: FewOfProgress) => void;
  readonly note: (line: string) => void;
};

/** A value of which only this much has to be said; the rest has an answer for "unknown". */
type Few<Whole, Said extends keyof Whole> = Pick<Whole, Said> & Perhaps<Whole>;
type Perhaps<Whole> = { readonly [Name in keyof Whole]?: Whole[Name] | undefined };

export type FewOfProgress = Perhaps<Progress>;
export type FewFacts = Few<RepositoryFacts, 'id'>;
export type FewOfSnapshot = Few<Snapshot, 'id' | 'time' | 'host' | 'paths' | 'tags'>;
/** Without `complete` it is complete if nothing was unreadable. */
export type FewOfBackup = Omit<Perhaps<BackupResult>, 'stats'> & {
  readonly stats?: Perhaps<BackupStats> | undefined;
};
export type FewOfRestore = Few<RestoreResult, 'filesRestored' | 'bytesRestored'>;
export type FewOfEntry = Few<SnapshotEntry, 'path' | 'type' | 'size' | 'modifiedAt'>;
export type FewOfCheck = Few<CheckReport, 'sound' | 'problems'>;

/**
 * What a backend can do, and nothing else. Each member is the one of `Backend` with the same name; what only some backends can do
 * may be absent.
 */
export interface BackendParts extends Rare {
  /** Of the backend, or of the program behind it. */
  readonly version: string;
  /** Absolute path of the program behind it; the one that runs if absent. */
  readonly program?: string | undefined;
  /** What the operations cannot tell by being there. */
  readonly also?: readonly ('archive' | 'check-data' | 'compression' | 'dry-run' | 'program-output')[] | undefined;
  open(operation: Live): Promise<FewFacts>;
  create(operation: Live<CreateOperation>): Promise<FewFacts>;
  /** `parent` is chosen already; undefined if everything is to be read. */
  backup(spec: BackupSpec, operation: Live): Promise<FewOfBackup>;
  /** All of them, in any order: choosing is done for it. Rejects with `repository.absent` where there is none. */
  snapshots(operation: Live): Promise<readonly FewOfSnapshot[]>;
  restore(spec: RestoreSpec, operation: Live): Promise<FewOfRestore>;
  list?(snapshot: string, path: string | undefined, operation: Live): AsyncIterable<FewOfEntry>;
  dump?(
    snapshot: string,
    path: string,
    sink: (chunk: Uint8Array) => void | Promise<void>,
    operation: Live<DumpOperation>,
  ): Promise<void>;
  check?(scope: CheckScope, operation: Live): Promise<FewOfCheck>;
  forget?(snapshots: readonly string[], operation: Live): Promise<void>;
  prune?(operation: Live): Promise<void>;
  tag?(
    snapshots: readonly string[],
    add: readonly string[],
    remove: readonly string[],
    operation: Live,
  ): Promise<ReadonlyMap<string, string>>;
  statistics?(operation: Live): Promise<RepositoryStatistics>;
}

/** Handed on as they are. */
type RareName =
  | 'resumeBackup'
  | 'snapshotIds'
  | 'openTrees'
  | 'find'
  | 'diff'
  | 'checkNew'
  | 'coverage'
  | 'copyFrom'
  | 'repair'
  | 'upgrade'
  | 'locks'
  | 'removeLocks'
  | 'keys'
  | 'addKey'
  | 'removeKey'
  | 'machineKey'
  | 'addMachineKey'
  | 'removeMachineKey'
  | 'passThrough';
type Rare = Partial<Pick<Backend, RareName>>;

/** Abilities by the operation that stands for them. */
const byOperation = {
  list: 'list',
  snapshotIds: 'snapshot-ids',
  openTrees: 'trees',
  find: 'find',
  diff: 'diff',
  dump: 'dump',
  check: 'check',
  checkNew: 'check-new',
  forget: 'forget',
  prune: 'prune',
  copyFrom: 'copy',
  tag: 'tag',
  statistics: 'statistics',
  repair: 'repair',
  upgrade: 'upgrade',
  locks: 'locks',
  keys: 'keys',
  addMachineKey: 'machine-key',
  resumeBackup: 'resume',
} as const satisfies Partial<Record<keyof BackendParts, Ability>>;

/** What parts are able to. */
export const abilitiesOf = (parts: BackendParts): ReadonlySet<Ability> =>
  new Set([
    ...Object.entries(byOperation).flatMap(([name, ability]): Ability[] =>
      parts[name as keyof typeof byOperation] === undefined ? [] : [ability],
    ),
    ...(parts.also ?? []),
  ]);
