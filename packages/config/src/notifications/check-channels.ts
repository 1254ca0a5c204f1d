import { UmbraError, type Configuration, type Notifiers } from '@umbracore/contracts';
import { originOf } from '../origin.ts';
import { failure, failureAt } from '../report/failure.ts';
import { configurationError, toProblems } from '../report/problem.ts';
import { configurationSchema } from '../schema/configuration.ts';

/**
 * Checks the channels of a configuration once the plug-ins, which bring their kinds, are loaded. Throws as loading does: the report
 * with every problem at its place. Of a configuration without a file, the first problem.
 */
export function checkChannels(configuration: Configuration, notifiers: Notifiers): void {
  const origin = originOf(configuration);
  const findings = configuration.notifications.channels.flatMap((channel) => {
    const wrong = failure(() => notifiers.check(channel));
    if (wrong === undefined) return [];
    const { code, message, hint, context } = wrong;
    const setting = context['setting'];
    const place = origin?.channel(
      channel.name,
      typeof setting === 'string' ? setting : 'type',
      code === 'config.unknown-key',
    );
    if (place === undefined) throw new UmbraError(code, message, { hint, context });
    return [failureAt(wrong, place)];
  });
  if (findings.length > 0 && origin !== undefined)
    throw configurationError(toProblems(findings, configurationSchema), origin.main, origin.cwd);
}
