import type { DurationMs, Plugin } from '@umbracore/contracts';
import { backendCases } from '../backend-cases.ts';
import type { BackendSubject } from '../backend-subject.ts';
import { conditionCases } from '../condition-cases.ts';
import { runCases, type CaseResult, type CaseRun, type ContractCase } from '../contract-case.ts';
import { hookCases } from '../hook-cases.ts';
import { notifierCases } from '../notifier-cases.ts';
import { secretProviderCases } from '../secret-provider-cases.ts';
import { sensorCases } from '../sensor-cases.ts';
import { broughtBy } from './brought.ts';
import { realClock } from './real-clock.ts';
import {
  backendSubject,
  conditionSubject,
  hookSubject,
  notifierSubject,
  secretSubject,
  sensorSubject,
  type SubjectTools,
} from './subjects.ts';

/** One obligation of one thing that a plug-in brings. */
export interface Trial {
  /** What is tried, such as `backend copy`. */
  readonly subject: string;
  /** The obligation as a sentence. */
  readonly name: string;
  /** The plug-in does not say with what it could be tried. */
  readonly untried?: boolean | undefined;
  /** Never rejects because of the plug-in. */
  run(): Promise<CaseResult>;
}

export interface TrialOptions extends Partial<SubjectTools> {
  /** A case that takes longer has failed; 60 s if absent. */
  readonly deadlineMs?: DurationMs | undefined;
}

/**
 * Everything that a plug-in has to do, by the contracts of what it brings and with what its `trials` say. Rejects if it cannot
 * be registered.
 */
export async function trialsOf(plugin: Plugin, options: TrialOptions = {}): Promise<readonly Trial[]> {
  const { trials = {} } = plugin;
  const brought = await broughtBy(plugin, trials.options);
  const tools: SubjectTools = { ...options, clock: options.clock ?? realClock };
  const timed = { clock: tools.clock, deadlineMs: options.deadlineMs };
  const supports = ({ backend }: BackendSubject) => backend.supports;
  const of = <Subject>(name: string, cases: readonly ContractCase<Subject>[], run: CaseRun<Subject>) =>
    trialsFor(name, cases, { ...run, ...timed });
  return [
    ...[...brought.backends].flatMap(([name, factory]) => {
      const open = () => backendSubject(name, factory, trials.backends?.[name] ?? {}, tools);
      return of(`backend ${name}`, backendCases, { open, supports });
    }),
    ...known('condition', brought.conditions, trials.conditions, (name, kind, trial) =>
      of(name, conditionCases, { open: () => conditionSubject(kind, trial) }),
    ),
    ...known('secrets', brought.secrets, trials.secrets, (name, provider, trial) =>
      of(name, secretProviderCases, { open: () => secretSubject(provider, trial) }),
    ),
    ...known('channel', brought.notifiers, trials.notifiers, (name, kind, trial) =>
      of(name, notifierCases, { open: () => notifierSubject(kind, trial) }),
    ),
    ...known('sensor', brought.sensors, trials.sensors, (name, sensor, trial) =>
      of(name, sensorCases, { open: () => sensorSubject(sensor, trial) }),
    ),
    ...known('hook', brought.hooks, trials.hooks, (name, kind, trial) =>
      of(name, hookCases, { open: () => hookSubject(kind, trial, tools) }),
    ),
  ];
}

/** What can only be tried with values that the plug-in knows. */
const known = <Thing, Values>(
  what: string,
  things: ReadonlyMap<string, Thing>,
  trials: Readonly<Record<string, Values>> | undefined,
  make: (name: string, thing: Thing, trial: Values) => readonly Trial[],
): readonly Trial[] =>
  [...things].flatMap(([name, thing]) => {
    const trial = trials?.[name];
    return trial === undefined ? [untried(`${what} ${name}`)] : make(`${what} ${name}`, thing, trial);
  });

const trialsFor = <Subject>(
  subject: string,
  cases: readonly ContractCase<Subject>[],
  run: CaseRun<Subject>,
): readonly Trial[] =>
  cases.map((one) => ({
    subject,
    name: one.name,
    async run() {
      const [result] = await runCases([one], run);
      return result ?? { name: one.name, outcome: 'skipped', reason: 'there was no answer' };
    },
  }));

/** Nobody knows what to try it with. */
function untried(subject: string): Trial {
  const name = 'it keeps its contract';
  const reason = 'the plug-in says nothing of it in its `trials`';
  return { subject, name, untried: true, run: () => Promise.resolve({ name, outcome: 'skipped', reason }) };
}

/** `test` of `node:test`, of Vitest, or of another runner like them. */
export type TestFunction = (name: string, run: (context: { skip(reason?: string): void }) => Promise<void>) => unknown;

/**
 * Makes a test of every trial of a plug-in, and one that fails if none of them could try anything: a runner takes a file in which all
 * is skipped for a good one.
 */
export async function testPlugin(plugin: Plugin, test: TestFunction, options: TrialOptions = {}): Promise<void> {
  const trials = await trialsOf(plugin, options);
  if (trials.every(({ untried }) => untried === true)) {
    const subjects = trials.map(({ subject }) => subject).join(', ');
    const why = subjects === '' ? 'it brings nothing' : `its "trials" do not say with what (${subjects})`;
    test(`something of the plug-in ${plugin.name} is tried`, () =>
      Promise.reject(new Error(`Nothing of ${plugin.name} was tried: ${why}`)));
  }
  for (const trial of trials) {
    test(`${trial.subject}: ${trial.name}`, async (context) => {
      const result = await trial.run();
      if (result.outcome === 'failed') throw result.error;
      if (result.outcome === 'skipped') context.skip(result.reason);
    });
  }
}
