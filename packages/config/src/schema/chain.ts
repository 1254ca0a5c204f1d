import * as z from 'zod';
import { builtInChain, builtInOn } from '../built-in.ts';
import { afterShape, edgeCondition, sharedShape } from './job.ts';
import { filled, name, one, someTime, traits } from './values.ts';

const on = edgeCondition.optional().meta({
  description: 'How what it follows must have ended; always for what closes something',
  default: [...builtInOn],
});
const deadline = someTime.optional().meta({
  description: 'Not started later than this after the chain began',
});
const closes = filled.optional().meta({
  description: 'The node that it closes: runs once after everything between the two, whatever happened',
});

const place = { id: name.optional(), on, deadline, closes };
const stepHint = 'write the name of a job, or { job: NAME, on: success }';

const branch = z
  .union([filled, z.strictObject({ job: filled, ...place })])
  .register(traits, { name: 'a step', hint: stepHint });
const branches = z.array(branch).min(1).register(traits, { name: 'a list of steps', hint: 'write [NAME, NAME]' });

// One map for all forms, so that a slip in a key is not taken for the lack of another one.
const step = z.strictObject({
  job: filled.optional().meta({ description: 'The job that runs here' }),
  parallel: branches.optional().meta({ description: 'At the same time; the next step waits for all of them' }),
  any: branches.optional().meta({ description: 'At the same time; the next step waits for the first of them' }),
  ...place,
});

const steps = z
  .array(
    z
      .union([filled, step])
      .register(traits, { name: 'a step', hint: 'write the name of a job, or { parallel: [NAME, NAME] }' }),
  )
  .min(1);

const need = z.union([filled, z.strictObject({ node: filled, on })]).register(traits, {
  name: 'a node',
  hint: 'write the name of a node, or { node: NAME, on: failure }',
});

const node = z.strictObject({
  job: filled.optional().meta({ description: 'The job that runs here; the one of the same name if absent' }),
  needs: one(need).optional().meta({ description: 'The nodes that it follows; none means that it starts the chain' }),
  join: z.enum(['all', 'any']).optional().meta({
    description: 'How many of those have to hold',
    default: builtInChain.join,
  }),
  deadline,
  closes,
});

/** Jobs in the order of a graph: as steps, or as nodes that name what they follow. */
export const chain = z.strictObject({
  ...sharedShape,
  ...afterShape,
  steps: steps.optional().meta({ description: 'One after the other' }),
  nodes: z.record(name, node).optional().meta({ description: 'Any graph without circles' }),
  onFailure: z.enum(['stop', 'continue']).optional().meta({
    description: 'After a failure: nothing is started any more that does not wait for one, or the other branches go on',
    default: builtInChain.onFailure,
  }),
});

export type ChainInput = z.input<typeof chain>;
export type StepInput = z.input<typeof step>;
export type BranchInput = z.input<typeof branch>;
export type ChainNodeInput = z.input<typeof node>;
export type StepsInput = z.input<typeof steps>;
