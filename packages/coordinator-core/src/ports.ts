import type {
  Calendar,
  Clock,
  Conditions,
  DamageBook,
  EngineProcesses,
  EventStream,
  Hooks,
  Log,
  PrivilegedBridge,
  ProcessTable,
  Repositories,
  SecretResolver,
  Sensors,
  StateStore,
  Timetables,
} from '@umbracore/contracts';

/** Everything the coordinator needs from outside. */
export interface CoordinatorPorts {
  readonly store: StateStore;
  readonly repositories: Repositories;
  readonly events: EventStream;
  readonly clock: Clock;
  readonly processTable: ProcessTable;
  readonly engineProcesses: EngineProcesses;
  /** Asked for what a privileged job needs; without one no such job can run. */
  readonly privileged?: PrivilegedBridge | undefined;
  /** Finds what the environment of a command refers to. */
  readonly secrets: SecretResolver;
  /** The environment in which commands are looked up; they get their share of it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly calendar: Calendar;
  readonly timetables: Timetables;
  readonly conditions: Conditions;
  /** Those that plug-ins bring. */
  readonly hooks: Hooks;
  /** Absent: only runs know of damage. */
  readonly damage?: DamageBook | undefined;
  /** What throttling depends on. */
  readonly sensors: Sensors;
  readonly log: Log;
  /** Folder of the engines' traces, one folder per run. Logs of ended runs go to `logs` beside it. */
  readonly spoolDir: string;
  /** Folder for short-lived files, on a disk with room for what a drill restores. */
  readonly scratchDir: string;
  /** Host name on snapshots, and what jitter depends on; it stays the same when the machine is renamed. */
  readonly host: string;
  /** Removes what killed processes left of places that were theirs alone. */
  readonly tidyPlaces?: (() => Promise<void>) | undefined;
  /** From 0 to below 1. */
  readonly random?: (() => number) | undefined;
}
