import type { ProcessIdentity } from './processes.ts';
import type { Instant } from './time.ts';

/** What a running daemon writes into `daemon.json` in its state folder, so that clients find it. */
export interface DaemonNote {
  readonly process: ProcessIdentity;
  readonly version: string;
  /** Absolute path of its Unix socket. */
  readonly socket: string;
  /** Null if it listens on the socket only. */
  readonly listen: { readonly host: string; readonly port: number } | null;
  /** The configuration that it loaded; null if it was built in a program. */
  readonly configFile: string | null;
  readonly startedAt: Instant;
}

/** What the daemon writes into `heartbeat.json` at least every minute: older than five minutes means that it is not well. */
export interface Heartbeat {
  readonly process: ProcessIdentity;
  readonly at: Instant;
  /** When it will start something next by itself; null if never. */
  readonly nextAt: Instant | null;
}
