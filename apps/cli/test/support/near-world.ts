import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { resultOf } from '../../src/main.ts';
import { Sheet } from '../../src/output/screen.ts';
import { type Outcome, World } from './world.ts';

interface Main {
  readonly resultOf: typeof resultOf;
}

const mainFile = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** They write bytes into the output of the process, or start the program that they are of. */
const processOnly: ReadonlySet<string> = new Set(['dump', 'daemon']);

/**
 * A world whose `umbra` works in the process of the tests: the same built files, without a start for each command, which takes more
 * of the processor than what most of them do. What belongs to a process is not tried so: `start` makes one.
 */
export class NearWorld extends World {
  override async umbra(...args: string[]): Promise<Outcome> {
    if (args.some((word) => processOnly.has(word))) return await super.umbra(...args);
    const streams = { stdout: new Sheet(undefined), stderr: new Sheet(undefined) };
    // As the program is: loaded by Node, and only by those who call it.
    const main = createRequire(import.meta.url)(mainFile) as Main;
    const surroundings = { env: this.env, cwd: this.folder, home: this.home, streams };
    const code = await main.resultOf(args, { surroundings });
    const outcome = { code, signal: null, stdout: streams.stdout.text, stderr: streams.stderr.text };
    this.look(args, outcome);
    return outcome;
  }
}
