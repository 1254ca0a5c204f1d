import { silentLog, type Clock, type ConditionRule, type EngineProcesses, type Log } from '@umbracore/contracts';
import { createEngineProcesses } from '@umbracore/engine-process';
import { systemClock } from '../system-clock.ts';

/** What plug-ins are loaded with. */
export interface PluginTools {
  readonly log: Log;
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Starts those that are programs. */
  readonly processes: EngineProcesses;
  /** Conditions of the configuration, for kinds that are asked about their options beforehand. */
  readonly asked: readonly ConditionRule[];
}

export const usualTools = (env: PluginTools['env'], log: Log = silentLog): PluginTools => ({
  log,
  clock: systemClock,
  env,
  processes: createEngineProcesses({ clock: systemClock, log }),
  asked: [],
});
