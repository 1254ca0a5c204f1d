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
 * Carries out a command of a world in the process of the tests: by the same built files, without a start, which takes more of the
 * processor than what most commands do. What belongs to a process is not tried so: `start` makes one.
 */
export async function umbraNear(world: World, ...args: string[]): Promise<Outcome> {
  if (args.some((word) => processOnly.has(word))) return await world.start(args).ended;
  const streams = { stdout: new Sheet(undefined), stderr: new Sheet(undefined) };
  // As the program is: loaded by Node, and only by those who call it.
  const main = createRequire(import.meta.url)(mainFile) as Main;
  const surroundings = { env: world.env, cwd: world.folder, home: world.home, streams };
  const code = await main.resultOf(args, { surroundings });
  const outcome = { code, signal: null, stdout: streams.stdout.text, stderr: streams.stderr.text };
  world.look(args, outcome);
  return outcome;
}

/** A world whose `umbra` works in the process of the tests. */
export class NearWorld extends World {
  override umbra(...args: string[]): Promise<Outcome> {
    return umbraNear(this, ...args);
  }
}
