import { silentLog, type Clock, type EngineProcesses, type Log } from '@umbracore/contracts';
import { createEngineProcesses } from '@umbracore/engine-process';
import type { AskedRules } from '@umbracore/plugin-process';
import { systemClock } from '../system-clock.ts';

/** What plug-ins are loaded with. */
export interface PluginTools {
  readonly log: Log;
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Starts those that are programs. */
  readonly processes: EngineProcesses;
  /** What the configuration says to kinds that are asked about their options beforehand. */
  readonly asked?: AskedRules | undefined;
}

export const usualTools = (env: PluginTools['env'], log: Log = silentLog): PluginTools => ({
  log,
  clock: systemClock,
  env,
  processes: createEngineProcesses({ clock: systemClock, log }),
});
