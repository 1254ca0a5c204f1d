import type { Log, RunProgress, UmbraEvent } from '@umbracore/contracts';
import type { NodeRuns } from './chain/node-runs.ts';
import type { HeldRun } from './held-run.ts';
import type { CoordinatorPorts } from './ports.ts';
import type { Throttles } from './throttle/throttles.ts';

type EventBase = 'time' | 'run' | 'job' | 'repository' | 'parent';
type Told<E> = E extends { readonly run: unknown } ? Omit<E, EventBase> : never;

/** What everybody who works on one run has at hand. */
export interface RunScope {
  readonly ports: CoordinatorPorts;
  readonly held: HeldRun;
  /** For a chain: the runs that it asks for. */
  readonly nodes: NodeRuns;
  /** The runs beside it that may be held back. */
  readonly throttles: Throttles;
  /** Aborts with an `UmbraError`: `run.cancelled` or `state.lease-lost`. */
  readonly signal: AbortSignal;
  /** Aborts when the coordinator is closed: ends waiting, never work. */
  readonly closing: AbortSignal;
  /** Aborts when this process has to end soon: what cannot outlive it ends now. */
  readonly leaving: AbortSignal;
  readonly log: Log;
  /** A line for the log of the run. */
  readonly note: (line: string) => void;
  /** The same, of what a person should know of, once. It changes nothing about how the run ends. */
  readonly warn: (line: string) => void;
  readonly report: (progress: RunProgress) => void;
  readonly publish: (event: Told<UmbraEvent>) => void;
}
