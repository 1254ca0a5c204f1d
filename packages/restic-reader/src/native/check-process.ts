// A process of its own, for a check keeps a processor busy and holds the whole index in memory: neither is for a daemon that
// answers at once and is small. It gives way to whoever else wants to work, and ends when nobody listens any more.
import { constants, setPriority } from 'node:os';
import { createInterface } from 'node:readline';
import { Secret, toUmbraError, UmbraError } from '@umbracore/contracts';
import type { CheckAnswer, CheckTask } from './check-protocol.ts';
import { newCheck } from './new-check.ts';

/** Progress is told so often at most. */
const tellEveryMs = 200;

await main();

async function main(): Promise<void> {
  setPriority(constants.priority.PRIORITY_LOW);
  // That nobody listens is told by the input: what is known by then is still kept.
  process.stdout.on('error', () => undefined);
  const lines = createInterface({ input: process.stdin });
  const nobodyListens = new AbortController();
  lines.on('close', () => nobodyListens.abort(new UmbraError('run.cancelled', 'The check was cancelled')));
  const task = await new Promise<string | undefined>((resolve) => {
    lines.once('line', resolve);
    lines.once('close', () => resolve(undefined));
  });
  if (task !== undefined) await tell(await work(JSON.parse(task) as CheckTask, nobodyListens.signal));
  process.exit();
}

async function work({ masterKey, ...task }: CheckTask, signal: AbortSignal): Promise<CheckAnswer> {
  let toldAt = Number.NEGATIVE_INFINITY;
  try {
    const report = await newCheck({
      ...task,
      credential: { masterKey: new Secret(masterKey) },
      now: () => Date.now(),
      signal,
      report: (progress) => {
        const at = performance.now();
        if (at - toldAt < tellEveryMs) return;
        toldAt = at;
        void tell({ type: 'progress', progress });
      },
    });
    return { type: 'done', report };
  } catch (error) {
    return { type: 'failed', error: toUmbraError(error).toRecord() };
  }
}

function tell(answer: CheckAnswer): Promise<void> {
  return new Promise((resolve) => void process.stdout.write(`${JSON.stringify(answer)}\n`, () => resolve()));
}
