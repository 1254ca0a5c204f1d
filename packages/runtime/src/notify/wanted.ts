import {
  closest,
  noticeEvents,
  UmbraError,
  type ChannelDefinition,
  type Configuration,
  type NoticeEvent,
} from '@umbracore/contracts';
import { jobNamed } from '../status/names.ts';

/** The channels with these names; all of them without a name. Throws `usage.unknown-channel`. */
export function channelsNamed(
  { notifications: { channels } }: Pick<Configuration, 'notifications'>,
  names: readonly string[],
): readonly ChannelDefinition[] {
  if (names.length === 0) {
    if (channels.length > 0) return channels;
    throw new UmbraError('usage.unknown-channel', 'the configuration has no channels', {
      hint: 'Add one to notifications.channels: umbra help notifications.',
    });
  }
  return names.map((name) => {
    const channel = channels.find((one) => one.name === name);
    if (channel !== undefined) return channel;
    const known = channels.map((one) => one.name);
    const meant = closest(name, known);
    throw new UmbraError('usage.unknown-channel', `there is no channel "${name}"`, {
      hint: meant === undefined ? `Use one of: ${known.join(', ')}.` : `Did you mean "${meant}"?`,
    });
  });
}

/** What an example tells of. Throws `usage.invalid`. */
export function eventNamed(text: string): NoticeEvent {
  const event = noticeEvents.find((one) => one === text);
  if (event !== undefined) return event;
  const meant = closest(text, noticeEvents);
  throw new UmbraError('usage.invalid', `there is no event "${text}"`, {
    hint: meant === undefined ? `Use one of: ${noticeEvents.join(', ')}.` : `Did you mean "${meant}"?`,
  });
}

/** A job and the first of its repositories; the first job without a name. Throws `usage.unknown-job`. */
export function exampleSubject(configuration: Configuration, name: string | undefined): readonly [string, string] {
  const job = name === undefined ? [...configuration.jobs.values()][0] : jobNamed(configuration, name);
  return [job?.id ?? 'documents', job?.repositories[0] ?? ''];
}
