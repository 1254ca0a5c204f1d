import {
  hookPhases,
  type Conditions,
  type Configuration,
  type Hooks,
  type Notifiers,
  type Sensors,
} from '@umbracore/contracts';
import { checkConditions } from '../jobs/conditions.ts';
import { checkChannels } from '../notifications/check-channels.ts';
import { checkThrottles } from '../throttle.ts';
import { refusePlaced, type OnFault } from './placed-rules.ts';

/** What plug-ins brought, and has something to say on a configuration. */
export interface Judges {
  readonly conditions: Conditions;
  readonly notifiers: Notifiers;
  readonly sensors: Sensors;
  readonly hooks: Pick<Hooks, 'check' | 'kinds'>;
}

/**
 * Checks what a configuration says to its plug-ins, once they are loaded. Throws as loading does; a plug-in that broke when it was
 * asked is told to `onFault`, if that is given: jobs that have nothing to do with it can go on.
 */
export function checkExtensions(
  configuration: Configuration,
  { conditions, notifiers, sensors, hooks }: Judges,
  onFault?: OnFault,
): void {
  checkConditions(configuration, conditions, onFault);
  checkChannels(configuration, notifiers);
  checkThrottles(configuration, sensors, onFault);
  checkHookRules(configuration, hooks, onFault);
}

const checkHookRules = (configuration: Configuration, hooks: Judges['hooks'], onFault: OnFault | undefined): void =>
  refusePlaced(
    configuration,
    (origin) => origin.hooks,
    hooks,
    () =>
      [...configuration.jobs.values()].map((job) => ({
        what: `job "${job.id}"`,
        rules: hookPhases.flatMap((phase) => job.hooks?.[phase] ?? []).flatMap(({ use }) => use ?? []),
      })),
    onFault,
  );
