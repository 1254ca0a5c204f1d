// How the example in each README is played: what has to be there before, what calls the functions that it exports, and what
// has to be seen in the end. The example itself is taken from the README; only its folders are moved into a new one.

const clock = `
import { setTimeout as pause } from 'node:timers/promises';
const clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: (ms, signal) => pause(ms, undefined, { signal }),
  every(ms, tick) {
    const timer = setInterval(tick, ms);
    return { [Symbol.dispose]: () => clearInterval(timer) };
  },
};`;

/** The backend of examples/copy-backend, as a plug-in gives it to whoever loads it. */
const copies = `
import copyPlugin from './copy.ts';
const factories = new Map();
await copyPlugin.register({ addBackend: (name, make) => void factories.set(name, make) });
const definition = {
  name: 'nas', backend: 'copy', location: WORLD + '/copies', password: undefined, env: {}, compression: undefined,
  packSizeBytes: undefined, limits: {}, lockWaitMs: 0, options: {},
};`;

/**
 * By package: `before` and `after` stand around the example, `instead` of what it leaves open; `also` names packages of ours
 * that play the part of the reader's program. `shows` is what it prints in the end.
 */
export const trials = {
  'borg-adapter': { env: ({ restic }) => ({ UMBRA_BORG: restic }), shows: /^borg: \// },
  catalog: {
    also: ['testkit'],
    instead: [
      ['declare const backend: Backend;', `const backend = new FakeBackend({ exists: true });\nawait fill(backend);`],
      ['declare const clock: Clock;', 'const clock = new FakeClock();'],
    ],
    before: `import { aBackupSpec, FakeBackend, FakeClock } from '@umbracore/testkit';
import { writeFile } from 'node:fs/promises';
const fill = async (backend: FakeBackend) => {
  await writeFile(WORLD + '/home/return-2025.pdf', 'all paid');
  await backend.backup(aBackupSpec({ sources: [WORLD + '/home'] }));
};`,
    shows: /return-2025\.pdf 8 in 1 snapshots/,
  },
  config: {
    also: ['scheduler'],
    before: `import { writeFile } from 'node:fs/promises';
import { calendar as ours } from '@umbracore/scheduler';`,
    env: ({ folder }) => ({ UMBRA_CONFIG: `${folder}/umbra.yaml` }),
    after: `await writeFile('umbra.yaml', 'repositories: { home: /mnt/b }\\njobs: { notes: { sources: /srv/notes } }\\n');
console.log(await listJobs(ours));`,
    shows: /^\[ 'notes' \]/,
  },
  contracts: {
    instead: [['export default definePlugin', 'const plugin = definePlugin']],
    after: `await plugin.register({ addSecretProvider: async (provider) =>
  console.log((await provider.resolve({ scheme: 'vault', target: 'home' })).reveal()) });`,
    shows: /^correct horse battery staple$/m,
  },
  'coordinator-core': {
    also: ['testkit', 'state-store'],
    before: `import { memoryStateStore } from '@umbracore/state-store';
import { aCalendar, aRepository, FakeBackend, FakeConditions, FakeProcessTable, FakeRepositories, FakeSensors, fakeTimetables,
  recordingEvents, recordingLog } from '@umbracore/testkit';${clock}`,
    after: `
const log = recordingLog();
const saved = await saveDocuments({
  store: memoryStateStore({ clock }), repositories: new FakeRepositories({ nas: new FakeBackend() }),
  events: recordingEvents(), clock, processTable: new FakeProcessTable(), engineProcesses: { find: async () => undefined },
  secrets: { resolve: async () => undefined }, env: {}, calendar: aCalendar(), timetables: fakeTimetables(aCalendar()),
  conditions: new FakeConditions(), sensors: new FakeSensors(), log, spoolDir: WORLD + '/spool',
  scratchDir: WORLD + '/scratch', host: 'attic', random: Math.random,
}, aRepository({ name: 'nas' }));
console.log(saved, JSON.stringify(log.lines.at(-1)));`,
    shows: /^true .*succeeded/m,
  },
  'engine-process': { shows: /"message_type":"summary"/ },
  integrations: { shows: /^\[secret\]$/m },
  notifications: { shows: /documents.*\n\n/ },
  'plugin-process': {
    also: ['engine-process'],
    before: `import { createEngineProcesses } from '@umbracore/engine-process';${clock}`,
    after: `const told = await fromProgram(ROOT + '/examples/python-backend/py-copies.py',
  createEngineProcesses({ clock, log: silentLog }), clock);
console.log(told.name);`,
    shows: /^py-copies$/m,
  },
  'repository-manager': {
    before: `import { mkdir } from 'node:fs/promises';\n${copies}${clock}\nconst quiet = { debug() {}, info() {}, warn() {}, error() {}, child: () => quiet };`,
    after: `const options = {
  registry: { get: (name) => factories.get(name), names: () => [...factories.keys()] },
  secrets: { resolve: async () => undefined }, host: { clock, log: quiet, env: {} }, wrappers: [], clock, log: quiet,
  processes: { self: () => ({ pid: 1, startTime: '1', bootId: 'b', host: 'h' }), isAlive: () => false },
  events: { publish() {}, on: () => () => {}, onAny: () => () => {} },
};
await createRepositories(options).create(definition);
console.log(await describe(options, definition));`,
    shows: /^nas: ready, 0 snapshots$/m,
  },
  'restic-adapter': { shows: /^[0-9a-f]{64} without 0 files$/m },
  'restic-reader': { shows: /^file 5 .*notes\.txt$/m },
  restore: {
    before: `import { readFile, writeFile } from 'node:fs/promises';\nimport { silentLog as quiet } from '@umbracore/contracts';\n${copies}${clock}`,
    after: `
const file = WORLD + '/home/ada/Documents/letter.txt';
const backend = factories.get('copy')({ definition, password: undefined, env: {} }, { clock, log: quiet, env: {} });
await backend.create();
const spec = { sources: [WORLD + '/home/ada/Documents'], excludes: [], excludeIfPresent: [], excludeCaches: false, oneFileSystem: false,
  tags: [], host: 'attic', compressionLevel: undefined, parent: undefined, force: false, dryRun: false };
await backend.backup(spec, { report() {} });
const { rm } = await import('node:fs/promises');
await rm(file);
const [snapshot] = await backend.snapshots();
const processTable = { self: () => ({ pid: process.pid, startTime: '1', bootId: 'b', host: 'h' }), isAlive: () => false };
console.log(await bringBack({ dir: WORLD + '/restores', clock, log: quiet, processTable, random: Math.random,
  events: { publish() {}, on: () => () => {}, onAny: () => () => {} } }, backend, snapshot));
console.log(await readFile(file, 'utf8'));`,
    shows: /^done; restores\.undo\('.*'\) takes it back\ndear all$/m,
  },
  runtime: {
    before: `import { writeFileSync } from 'node:fs';
writeFileSync(WORLD + '/etc/umbra/home.key', 'correct horse', { mode: 0o600 });`,
    shows: /^succeeded, snapshot [0-9a-f]{64}$/m,
  },
  scheduler: { shows: /^2026-03-25T03:30:00\.000Z\n2026-03-30T02:30:00\.000Z$/m },
  'state-store': {
    before: clock,
    after: `{ await using made = await openStateStore({ dir: WORLD + '/state', clock }); }
console.log(await lastRuns(WORLD + '/state', clock, console.warn));`,
    shows: /^\[\]$/m,
  },
  testkit: {
    instead: [["const plugin = definePlugin({ name: 'mine', register() {} });", "import plugin from './copy.ts';"]],
    shows: /^[ℹ#] fail 0$/m,
  },
  // Nobody has set up the privileged program here: what is shown is that it is looked for, and missed by its name.
  'xpc-bridge': { fails: /bridge\.unreachable/ },
};
