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
await finish(store, 'r-new');
const after = (await store.runs({})).length;
const { mode, alarms } = store.health;
const findings = (await store.audit()).length;
process.stdout.write(JSON.stringify({ mode, codes: alarms.map(({ code }) => code), before, after, findings }));
