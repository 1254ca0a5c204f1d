import type { Configuration, Plugin } from '@umbracore/contracts';
import type { StartedShim } from '@umbracore/engine-process/start-shim';

/** What a composition starts from. */
export interface ComposeOptions {
  /** Path of a configuration file; found by the usual search if absent. */
  readonly configFile?: string;
  /** A configuration that was built in the program; nothing is read then. */
  readonly configuration?: Configuration;
  /**
   * What the program's code is known by, another one for each version and build. With it a configuration that was found good is kept
   * in the cache folder, and taken as it was understood then while its files have the same bytes.
   */
  readonly buildId?: string;
  /** Where state is kept; `UMBRA_STATE_DIR` and the XDG folders decide if absent. */
  readonly stateDir?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly home: string;
  /** Plug-ins given as objects, beside the built-in ones and those that the configuration names. */
  readonly plugins?: readonly Plugin[];
  /** Level of the operator's log: `debug`, `info` (default), `warn`, `error` or `silent`. */
  readonly logLevel?: string;
  /** Throws `config.no-jobs` if the configuration has none. */
  readonly jobsRequired?: boolean;
  /** Throws `config.unsafe` for root if somebody else may change a file of the configuration: it holds commands. */
  readonly refuseUnsafe?: boolean;
  /** Gets an engine's shim ready while the rest is read: for callers that will run something at once. */
  readonly prepareEngine?: boolean;
  /** A shim that was started before anything was loaded: the first engine gets it. */
  readonly shim?: StartedShim;
}
