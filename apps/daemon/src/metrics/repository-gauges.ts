import { knownCoverage, type KnownCoverage } from '@umbracore/runtime/history';
import type { Daemon } from '../daemon.ts';
import type { Metric } from './metric.ts';

const seconds = (ms: number): number => ms / 1000;

/** How much of each repository was read back, and how long ago: from what is remembered, without looking at any repository. */
export async function repositoryGauges({ runtime, live, stopping }: Daemon): Promise<readonly Metric[]> {
  const known: KnownCoverage[] = [];
  for (const repository of live.current.repositories.values()) {
    known.push(await knownCoverage({ ...runtime, configuration: live.current }, repository, stopping));
  }
  const each = (valueOf: (one: KnownCoverage) => number | null | undefined): Metric['samples'] =>
    known.flatMap((one) => {
      const value = valueOf(one);
      return value === null || value === undefined ? [] : [[{ repository: one.repository.name }, value] as const];
    });
  return [
    {
      name: 'umbra_repository_read_ratio',
      help: 'Share of what is stored that was read back within the time that its check job gives, else 30 days.',
      samples: each(freshShare),
    },
    {
      name: 'umbra_repository_unread_ratio',
      help: 'Share of what is stored that was never read back, as far as it is known.',
      samples: each(unreadShare),
    },
    {
      name: 'umbra_repository_oldest_read_timestamp_seconds',
      help: 'When that was read back of which it is longest ago, what was never read aside.',
      samples: each(({ coverage, parts }) => {
        const oldestAt = coverage?.oldestAt ?? parts?.oldestAt;
        return oldestAt && seconds(oldestAt);
      }),
    },
    {
      name: 'umbra_repository_sound_timestamp_seconds',
      help: 'When the whole repository was last found right, as far as it was not known before.',
      samples: each(({ coverage }) => coverage?.soundAt && seconds(coverage.soundAt)),
    },
    {
      name: 'umbra_repository_damaged',
      help: '1 while damage is known that nothing has found mended.',
      samples: each(({ damagedAt }) => (damagedAt === undefined ? 0 : 1)),
    },
  ];
}

const freshShare = ({ coverage, parts }: KnownCoverage): number | undefined =>
  coverage === undefined ? parts?.freshShare : shareOf(coverage.freshBytes, coverage.bytes);

function unreadShare({ coverage, parts }: KnownCoverage): number | undefined {
  if (coverage !== undefined) return shareOf(coverage.unreadBytes, coverage.bytes);
  return parts && 1 - parts.readShare;
}

/** Of nothing there is no share. */
const shareOf = (part: number, bytes: number): number | undefined => (bytes === 0 ? undefined : part / bytes);
