import type { Plugin } from '@umbracore/contracts';
import type { AskedRules } from '@umbracore/plugin-process';

/** A plug-in and the options that it is registered with. */
export interface ChosenPlugin {
  readonly plugin: Plugin;
  /** As they stand in the configuration. */
  readonly options: unknown;
  /** What the configuration calls it; absent for one that came as an object. */
  readonly use?: string | undefined;
  /** Its place in the list of the configuration. */
  readonly index?: number | undefined;
  /** The file that it was loaded from. */
  readonly file?: string | undefined;
  /** Who else may change it, as a sentence. */
  readonly exposure?: string | undefined;
  /** Of a program: the same plug-in, which was asked beforehand about these rules. */
  readonly askedAbout?: ((rules: AskedRules) => Promise<Plugin>) | undefined;
  /** `options` are what the plug-in's schema made of them. */
  readonly isChecked?: boolean | undefined;
}

/** What became of a plug-in. */
export interface PluginFacts {
  readonly name: string;
  readonly version: string | undefined;
  /** What the configuration calls it; undefined for one that comes with the program. */
  readonly use: string | undefined;
  readonly file: string | undefined;
  readonly exposure: string | undefined;
  readonly backends: readonly string[];
  readonly secrets: readonly string[];
  readonly conditions: readonly string[];
  readonly notifiers: readonly string[];
  readonly sensors: readonly string[];
  readonly hooks: readonly string[];
}
