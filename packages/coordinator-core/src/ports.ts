import type {
  Calendar,
  Clock,
  EngineProcesses,
  EventStream,
  Log,
  ProcessTable,
  Repositories,
  SecretResolver,
  StateStore,
} from '@umbracore/contracts';

/** Everything the coordinator needs from outside. */
export interface CoordinatorPorts {
  readonly store: StateStore;
  readonly repositories: Repositories;
  readonly events: EventStream;
  readonly clock: Clock;
  readonly processTable: ProcessTable;
  readonly engineProcesses: EngineProcesses;
  /** Finds what the environment of a command refers to. */
  readonly secrets: SecretResolver;
  /** The environment in which commands are looked up; they get their share of it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Reads schedules written as phrases, and tells `explain` what is due. */
  readonly calendar?: Calendar | undefined;
  readonly log: Log;
  /** Folder of the engines' traces, one folder per run. Logs of ended runs go to `logs` beside it. */
  readonly spoolDir: string;
  /** Host name on snapshots; it stays the same when the machine is renamed. */
  readonly host: string;
  /** From 0 to below 1. */
  readonly random?: (() => number) | undefined;
}
