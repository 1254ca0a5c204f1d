import { isUmbraError, type BackendWrapper, type CheckReport, type Clock, type Log } from '@umbracore/contracts';
import { forgetDamage, foundDamage, isMendedBy, lookOf, rememberDamage, type Look } from './found-damage.ts';

export interface DamageNotedOptions {
  readonly stateDir: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Whoever lets a repository be checked, by a job, by hand or for a repair: what was found stays known until it is mended. */
export const damageNoted =
  ({ stateDir, clock, log }: DamageNotedOptions): BackendWrapper =>
  (inner, place) => {
    const note = async (look: Look, sound: boolean): Promise<void> => {
      const known = await foundDamage(stateDir, place);
      if (sound) {
        if (known !== undefined && isMendedBy(known.look, look)) await forgetDamage(stateDir, place);
        return;
      }
      // What less of a look found as well is mended only once as much was looked at again.
      const wide = known !== undefined && !isMendedBy(known.look, look) ? known.look : look;
      await rememberDamage(stateDir, place, { at: clock.now(), look: wide });
    };
    const noted = async <R extends CheckReport>(look: Look, check: () => Promise<R>): Promise<R> => {
      const tell = async (sound: boolean): Promise<void> => {
        try {
          await note(look, sound);
        } catch (error) {
          log.warn({ repository: place.name, error }, 'what a check found could not be kept for `umbra status`');
        }
      };
      try {
        const report = await check();
        await tell(report.sound);
        return report;
      } catch (thrown) {
        if (isUmbraError(thrown) && thrown.code === 'repository.damaged') await tell(false);
        throw thrown;
      }
    };
    return {
      ...inner,
      check: (scope, operation) => noted(lookOf(scope), () => inner.check(scope, operation)),
      checkNew: (scope, operation) => noted('new', () => inner.checkNew(scope, operation)),
    };
  };
