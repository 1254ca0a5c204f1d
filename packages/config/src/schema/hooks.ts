import * as z from 'zod';
import { builtInHook } from '../built-in.ts';
import { argument, duration, environment, filled, path, someTime, traits } from './values.ts';

const program = z
  .array(argument)
  .min(1)
  .register(traits, { name: 'a list', hint: 'write [program, argument], for no shell is involved' });

const hook = z
  .strictObject({
    run: program.optional().meta({ description: 'The program and its arguments' }),
    shell: filled.optional().meta({ description: 'Instead of run: a line that sh reads' }),
    use: filled.optional().meta({ description: 'Instead of run: what a plug-in brings, by its name' }),
    options: z.unknown().optional().meta({ description: 'What it is to do, if a plug-in does it' }),
    env: environment.optional().meta({ description: 'Environment of the program, by reference' }),
    secrets: environment.optional().meta({
      description:
        'Secrets that it reads from a file: NAME_FILE holds the path of a descriptor, and nothing is in its environment. A plug-in gets them by name',
    }),
    cwd: path.optional().meta({ description: 'The folder that it runs in', default: '~' }),
    timeout: someTime.optional().meta({
      description: 'One that takes longer is ended with all that it started',
      default: builtInHook.timeout,
    }),
    tries: z.int().min(1).max(100).optional().meta({
      description: 'How often it is tried, the first time included',
      default: builtInHook.tries,
    }),
    delay: duration.optional().meta({ description: 'Wait before it is tried again', default: builtInHook.delay }),
    onFailure: z.enum(['fail', 'skip', 'continue']).optional().meta({
      description: 'Of a hook before: what becomes of the run. One that ends with 75 skips it in any case',
      default: builtInHook.onFailure,
    }),
  })
  .register(traits, { name: 'a hook', hint: 'write [program, argument] or { run: [program], timeout: 1m }' });

const list = z
  .union([program, hook, z.array(z.union([program, hook])).min(1)])
  .register(traits, { name: 'a hook or a list of hooks', hint: 'write [program, argument], or a list of such lists' });

/** Programs around the work of a job, in each attempt. */
export const hooks = z
  .strictObject({
    before: list.optional().meta({ description: 'Ahead of the work; one that fails can stop the run' }),
    after: list.optional().meta({ description: 'Behind a good end, with a warning or without' }),
    onError: list.optional().meta({ description: 'Behind an attempt that failed' }),
    finally: list.optional().meta({
      description: 'At the end of every attempt that began, also after a crash: at least once',
    }),
  })
  .register(traits, { name: 'a map of hooks', hint: 'write { before: [program, argument] }' });

export type HooksInput = z.input<typeof hooks>;
export type HookListInput = z.input<typeof list>;
export type HookInput = z.input<typeof hook>;
