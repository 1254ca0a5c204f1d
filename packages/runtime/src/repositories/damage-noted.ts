import {
  isUmbraError,
  lookOf,
  type BackendWrapper,
  type CheckReport,
  type Clock,
  type Log,
  type Look,
} from '@umbracore/contracts';
import { noteLook } from './found-damage.ts';

export interface DamageNotedOptions {
  readonly stateDir: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Whoever lets a repository be checked, by a job, by hand or for a repair: what was found stays known until it is mended. */
export const damageNoted =
  ({ stateDir, clock, log }: DamageNotedOptions): BackendWrapper =>
  (inner, place) => {
    const noted = async <R extends CheckReport>(
      lookAs: (report: Partial<CheckReport>) => Look,
      check: () => Promise<R>,
    ): Promise<R> => {
      const tell = async (sound: boolean, report: Partial<CheckReport> = {}): Promise<void> => {
        try {
          await noteLook(stateDir, place, { look: lookAs(report), at: clock.now() }, sound);
        } catch (error) {
          log.warn({ repository: place.name, error }, 'what a check found could not be kept for `umbra status`');
        }
      };
      try {
        const report = await check();
        await tell(report.sound, report);
        return report;
      } catch (thrown) {
        if (isUmbraError(thrown) && thrown.code === 'repository.damaged') await tell(false);
        throw thrown;
      }
    };
    return {
      ...inner,
      check: (scope, operation) =>
        noted(
          (report) => lookOf(scope, report),
          () => inner.check(scope, operation),
        ),
      checkNew: (scope, operation) =>
        noted(
          () => 'new',
          () => inner.checkNew(scope, operation),
        ),
    };
  };
