// A process of its own for the tests: gives up the right to write anywhere, then opens the store of a folder.
import { openStateStore } from '../src/index.ts';
import { finish } from './filled.ts';
import { systemClock } from './system-clock.ts';

const nobody = 65_534;
if (process.getuid?.() === 0) {
  process.setgid?.(nobody);
  process.setuid?.(nobody);
}

await using store = await openStateStore({ dir: process.argv[2] ?? '', clock: systemClock });
const before = (await store.runs({})).length;
const waiting = await store.runs({ states: ['queued'] });
await finish(store, 'r-new');
await store.account([{ job: 'job-new', from: undefined, until: 1, runs: [] }]);
const after = (await store.runs({})).length;
const { mode, alarms } = store.health;
const cursors = Object.fromEntries(await store.cursors());
const findings = (await store.audit()).length;
const codes = alarms.map(({ code }) => code);
process.stdout.write(JSON.stringify({ mode, codes, before, after, cursors, findings, waiting }));
