// A coordinator to be killed: starts the engine that its argument describes, says how far it is, and waits for its end. SIGHUP
// has it stop the engine.
import { Secret, silentLog, type EngineCommand, type SupervisedOptions } from '@umbracore/contracts';
import { createEngineProcesses } from '../src/index.ts';
import { realClock } from './real-clock.ts';

export interface CoordinatorWork {
  readonly command: EngineCommand;
  readonly options: SupervisedOptions;
  /** Value of the descriptor `secret`. */
  readonly secret?: string | undefined;
  readonly prepareOnly?: boolean | undefined;
}

const { command, options, secret, prepareOnly }: CoordinatorWork = JSON.parse(process.argv[2] ?? '') as CoordinatorWork;
const processes = createEngineProcesses({ clock: realClock, log: silentLog });
const alive = setInterval(() => undefined, 60_000);
processes.prepare();
process.stdout.write('starting\n');
if (prepareOnly !== true) {
  const descriptors = secret === undefined ? {} : { secret: new Secret(secret) };
  const engine = await processes.start({ ...command, descriptors }, options);
  process.once('SIGHUP', () => void engine.pause());
}
process.stdout.write('started\n');
process.once('SIGUSR2', () => clearInterval(alive));
