import type { DurationMs, Operation, FindingArea, Finding } from '@umbracore/contracts';
import { countedProgress } from '../repositories/counted-progress.ts';
import { examineClock } from './examine-clock.ts';
import { examineConfiguration } from './examine-configuration.ts';
import { examineCopies } from './examine-copies.ts';
import { examineEngines } from './examine-engines.ts';
import { examineNotifications } from './examine-notifications.ts';
import { examinePrivileged } from './examine-privileged.ts';
import { examineRepository } from './examine-repository.ts';
import { examineRequests } from './examine-requests.ts';
import { examineRestores } from './examine-restores.ts';
import { examineSchedules } from './examine-schedules.ts';
import { examineSources } from './examine-sources.ts';
import { examineState } from './examine-state.ts';
import { inOrder, type Teller } from './in-order.ts';
import type { DoctorSources } from './sources.ts';

export interface Examination {
  /** Of the program that examines: the privileged one should be of the same. */
  readonly version: string;
  /** Absent: everything. */
  readonly only?: FindingArea | undefined;
  /** So long may it take to open a repository and to see what is left in it; a minute if absent. */
  readonly repositoryLimitMs?: DurationMs | undefined;
}

/**
 * Looks for what is, or will be, in the way: at everything, or only at what has to do with one area; of an empty configuration, at what
 * is there without one. All is looked at together, so that what does not answer holds nothing up, and told in the same order always.
 * Progress counts what was looked at, and `currentFiles` are the names of what is still.
 */
export async function* examine(
  sources: DoctorSources,
  { version, only, repositoryLimitMs = 60_000 }: Examination,
  { signal = new AbortController().signal, report = () => undefined }: Operation = {},
): AsyncGenerator<Finding> {
  const looks = looksFor(sources, version, repositoryLimitMs).filter(
    ({ areas }) => only === undefined || areas.includes(only),
  );
  for await (const finding of inOrder(followed(looks, report), { signal }))
    if (only === undefined || finding.area === only || hides(finding, only)) yield finding;
}

const inRepositories: readonly FindingArea[] = ['lock', 'machine-key', 'quota'];

/** Of what is in a repository nothing is known where that is not well. */
const hides = ({ area, standing }: Finding, only: FindingArea): boolean =>
  area === 'repository' && standing === 'bad' && inRepositories.includes(only);

/** Each of them starts some engines, one after the other, and an engine takes memory to open a repository. */
const repositoriesAtOnce = 8;

interface Look {
  /** What it can find something about. */
  readonly areas: readonly FindingArea[];
  /** One teller for each thing that is looked at. */
  readonly tellers: ReadonlyMap<string, Teller<Finding>>;
  readonly atOnce?: number;
  /** What shows when all was looked at. */
  readonly atLast?: () => Iterable<Finding>;
}

function looksFor(sources: DoctorSources, version: string, limitMs: DurationMs): readonly Look[] {
  const { configuration, clock } = sources;
  const one = (areas: readonly FindingArea[], teller: Teller<Finding>): Look => ({
    areas,
    tellers: new Map([[areas[0] ?? '', teller]]),
  });
  return [
    one(['restic', 'engine'], (signal) => examineEngines(sources, signal)),
    one(['config'], () => examineConfiguration(sources)),
    {
      areas: ['state'],
      tellers: new Map<string, Teller<Finding>>([
        ['state', () => examineState(sources)],
        ['requests', () => examineRequests(sources)],
      ]),
    },
    one(['clock'], () => examineClock(sources)),
    one(['schedule'], () => examineSchedules(sources)),
    repositoriesLook(sources, limitMs),
    one(['source'], (signal) => examineSources(configuration, clock, { signal })),
    one(['restore'], () => examineRestores(sources)),
    one(['notification'], () => examineNotifications(sources)),
    one(['helper', 'repository', 'source'], (signal) => examinePrivileged(sources, version, signal)),
  ];
}

function repositoriesLook(sources: DoctorSources, limitMs: DurationMs): Look {
  const { configuration } = sources;
  const chunkers = new Map<string, string | undefined>();
  const tellers = [...configuration.repositories.values()].map((repository): [string, Teller<Finding>] => {
    const found = (chunker: string | undefined): void => void chunkers.set(repository.name, chunker);
    return [
      `repository ${repository.name}`,
      (signal) => examineRepository(sources, repository, { signal, limitMs, found }),
    ];
  });
  return {
    areas: ['repository', ...inRepositories],
    tellers: new Map(tellers),
    atOnce: repositoriesAtOnce,
    atLast: () => examineCopies(configuration.jobs, chunkers),
  };
}

/** The looks as they are carried out, with a report of each beginning and end. */
function followed(looks: readonly Look[], report: NonNullable<Operation['report']>): readonly Teller<Finding>[] {
  const total = looks.reduce((sum, { tellers }) => sum + tellers.size, 0);
  const underWay = new Set<string>();
  let done = 0;
  const tell = (): void => report({ ...countedProgress('examining', done, total), currentFiles: [...underWay] });
  const counted = ([name, teller]: [string, Teller<Finding>]): Teller<Finding> =>
    async function* (signal) {
      underWay.add(name);
      tell();
      yield* teller(signal);
      underWay.delete(name);
      done += 1;
      tell();
    };
  return looks.map(
    ({ tellers, atOnce, atLast }) =>
      async function* (signal) {
        yield* inOrder([...tellers].map(counted), { signal, ...(atOnce === undefined ? {} : { atOnce }) });
        yield* atLast?.() ?? [];
      },
  );
}
