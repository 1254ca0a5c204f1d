import { release, type as kernel, version as kernelBuild } from 'node:os';
import { UmbraError } from '@umbracore/contracts';
import type { Runtime } from '@umbracore/runtime';
import { doctorDocument, standingRunDocument, timestamp } from '@umbracore/runtime/documents';
import { runsLeftBehind } from '@umbracore/runtime/history';
import { buildId } from '../../build-id.ts';
import { shownConfiguration, shownDocument } from '../../config/shown-configuration.ts';
import { runtimePaths } from '../../doors/configuration.ts';
import { listPlugins, readConfiguration } from '../../doors/plugins.ts';
import { pluginsDocument } from '../../plugin/plugins-document.ts';
import { standingsDocument } from '../../status/answer-status.ts';
import { standingsOf } from '../../status/standings-of.ts';
import { version } from '../../version.ts';
import { lastLines } from './operator-log.ts';
import type { Examined, Part } from './part.ts';

const mostRuns = 50;

/** Leaves room for what is around the runs. */
const mostCharactersOfRuns = 768 * 1024;

/** All that is ever in a support bundle. */
export const parts: readonly Part[] = [
  {
    name: 'versions.json',
    holds: 'umbra, Node, the system, the engines',
    make: (examined) => pretty(versions(examined)),
  },
  {
    name: 'doctor.json',
    holds: 'what the doctor found',
    make: ({ findings, exitCode, broken }) => {
      if (broken !== undefined) throw broken;
      return document('doctor', doctorDocument({ findings, exitCode, bundle: null }));
    },
  },
  {
    name: 'config.json',
    holds: 'the configuration, with references in the place of secrets',
    make: async ({ session }) => document('config', shownDocument(await shownConfiguration(session))),
  },
  {
    name: 'status.json',
    holds: 'how each job stands',
    make: async ({ session }) => document('status', standingsDocument(await standingsOf(session, [], {}))),
  },
  {
    name: 'history.json',
    holds: `the newest ${mostRuns} runs, with their errors`,
    make: async (examined) => document('history', { runs: await newestRuns(opened(examined)) }),
  },
  {
    name: 'plugins.json',
    holds: 'plug-ins and what they bring',
    make: async ({ session }) => {
      const configuration = await readConfiguration(session.place());
      return document('plugins', pluginsDocument(await listPlugins(session.place(), configuration)));
    },
  },
  {
    name: 'state.json',
    holds: 'what the state says of itself',
    make: async (examined) => pretty(await state(opened(examined))),
  },
  {
    name: 'umbra.log',
    holds: "the last lines of the operator's log",
    make: ({ session }) => lastLines(runtimePaths(session.place()).logDir),
  },
];

const document = (name: string, body: object): string => pretty({ schema: `umbra.${name}/1`, ...body });

export const pretty = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

function opened({ runtime, obstacle }: Examined): Runtime {
  if (runtime !== undefined) return runtime;
  throw obstacle ?? new UmbraError('internal', 'nothing was opened');
}

const versions = ({ findings }: Examined) => ({
  umbra: version,
  build: buildId() ?? null,
  node: process.version,
  platform: process.platform,
  arch: process.arch,
  kernel: `${kernel()} ${release()}`,
  kernelBuild: kernelBuild(),
  engines: findings
    .filter(({ area }) => area === 'restic' || area === 'engine')
    .map(({ subject, standing, text }) => ({ engine: subject, standing, text })),
});

/** As many as have room, at least one. */
async function newestRuns({ store, processTable, clock }: Runtime): Promise<readonly unknown[]> {
  const runs = await store.runs({ limit: mostRuns });
  const leftBehind = await runsLeftBehind({ store, processTable }, runs, clock.now());
  const documents = runs.map((run) => standingRunDocument(run, leftBehind));
  let room = mostCharactersOfRuns;
  const beyond = documents.findIndex((run, index) => (room -= pretty(run).length) < 0 && index > 0);
  return beyond === -1 ? documents : documents.slice(0, beyond);
}

async function state({ store, paths }: Runtime) {
  const cursors = await store.cursors();
  return {
    folder: paths.stateDir,
    ...store.health,
    endedRuns: await store.count({}),
    openRuns: (await store.open()).length,
    cursors: Object.fromEntries([...cursors].map(([job, at]) => [job, timestamp(at)])),
  };
}
