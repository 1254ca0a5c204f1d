import type { Plugin } from '@umbracore/contracts';

/** A plug-in and the options that it is registered with. */
export interface ChosenPlugin {
  readonly plugin: Plugin;
  /** As they stand in the configuration. */
  readonly options: unknown;
  /** What the configuration calls it; absent for one that came as an object. */
  readonly use?: string | undefined;
  /** The file that it was loaded from. */
  readonly file?: string | undefined;
}
