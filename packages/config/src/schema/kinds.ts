import * as z from 'zod';
import { builtInCheck, builtInDrill, builtInForget } from '../built-in.ts';
import {
  argument,
  duration,
  environment,
  filled,
  name,
  namesOf,
  one,
  path,
  percentage,
  share,
  size,
  someSize,
  someTime,
  traits,
} from './values.ts';
import { zone } from './schedule.ts';

const program = z
  .array(argument)
  .min(1)
  .register(traits, { name: 'a list', hint: 'write [program, argument], for no shell is involved' });

const source = z
  .union([
    path,
    z.strictObject({ path, required: z.boolean().optional().meta({ default: true }) }),
    z.strictObject({
      stdin: program.meta({ description: 'A program whose standard output is saved, with its arguments' }),
      name: name.meta({ description: 'The name of the file as which it is saved' }),
      env: environment.optional().meta({ description: 'Environment of the program, by reference' }),
    }),
  ])
  .register(traits, { name: 'a source', hint: 'write a path, such as ~/Documents' });
const sources = z
  .union([source, z.array(source).min(1)])
  .register(traits, { name: 'a source or a list of sources', hint: 'write a path, such as ~/Documents' });

const jobs = namesOf('job', 'documents');

const copy = z
  .strictObject({
    from: filled.meta({ description: 'The repository to copy from' }),
    to: namesOf('repository', 'offsite').optional().meta({ description: 'Where to, unless `repository` says it' }),
    jobs: jobs.optional().meta({ description: 'Only snapshots of these jobs' }),
  })
  .register(traits, { name: 'a copy', hint: 'write { from: REPOSITORY, to: REPOSITORY }' });

const count = z.int().min(0).max(100_000);

const forget = z
  .strictObject({
    last: count.optional().meta({ description: 'Keeps so many of the newest' }),
    hourly: count.optional().meta({ description: 'Keeps the newest of each of the last so many hours that have one' }),
    daily: count.optional().meta({ description: 'The same with days' }),
    weekly: count.optional().meta({ description: 'The same with weeks' }),
    monthly: count.optional().meta({ description: 'The same with months' }),
    yearly: count.optional().meta({ description: 'The same with years' }),
    within: someTime.optional().meta({ description: 'Keeps all that is younger, counted from the newest' }),
    tags: z.array(filled).optional().meta({ description: 'Keeps snapshots with one of these tags' }),
    minimum: z.int().min(1).max(100_000).optional().meta({
      description: 'Keeps at least so many of each job, whatever the other rules say',
      default: builtInForget.minimum,
    }),
    rail: percentage.optional().meta({
      description:
        'Share of the snapshots of a job that may go unseen at once, beyond as many as came since the last time; 100% lets all go',
      default: builtInForget.rail,
    }),
    undoWithin: someTime.optional().meta({
      description:
        'Marks first what goes, and removes it so much later: until then `umbra forget --undo` takes it back',
    }),
    zone: zone.optional().meta({ description: 'IANA zone in which days are counted' }),
    jobs: jobs.optional().meta({ description: 'Only snapshots of these jobs' }),
  })
  .register(traits, { name: 'a map of what is kept', hint: 'write { daily: 7, weekly: 4, monthly: 12 }' });

const prune = z
  .union([z.literal(true), z.strictObject({})])
  .register(traits, { name: 'true', hint: 'write prune: true' });

const check = z
  .union([
    z.literal(true),
    z.strictObject({
      read: share.optional().meta({
        description: 'How much of the data each run has restic read; the next run reads the next part',
        default: '0%',
      }),
      readAll: z
        .strictObject({
          within: someTime.meta({ description: 'No byte should have been read longer ago than this' }),
          perDay: someSize.meta({ description: 'How much is read again on one day at most' }),
          resticEvery: duration.optional().meta({
            description: 'How often restic checks the repository itself, beside what is read without it',
            default: builtInCheck.resticEvery,
          }),
        })
        .optional()
        .register(traits, { name: 'a deadline with a budget', hint: 'write { within: 30d, perDay: 2GiB }' })
        .meta({ description: 'Reads everything that is stored again within a time, a share of it in each run' }),
    }),
  ])
  .register(traits, {
    name: 'true or a map with "read" or "readAll"',
    hint: 'write check: true, check: { read: 5% }, check: { read: all }, or check: { readAll: { within: 30d, perDay: 2GiB } }',
  });

const drill = z
  .union([
    z.literal(true),
    z.strictObject({
      files: z.int().min(1).max(1000).optional().meta({
        description: 'How many files each run restores, over all snapshots that it tries',
        default: builtInDrill.files,
      }),
      maxSize: size.optional().meta({
        description: 'How much all of them together may be',
        default: builtInDrill.maxSize,
      }),
      canaries: one(path).optional().meta({
        description: 'Files that have to be in a newest snapshot; every run restores them',
        default: [],
      }),
      jobs: jobs.optional().meta({ description: 'Only snapshots of these jobs' }),
    }),
  ])
  .register(traits, { name: 'true or a map of limits', hint: 'write drill: true, or drill: { files: 25 }' });

const command = z
  .union([
    program,
    z.strictObject({
      run: program.meta({ description: 'The program and its arguments' }),
      env: environment.optional().meta({ description: 'Environment of the program, by reference' }),
      cwd: path.optional().meta({ description: 'The folder that it runs in', default: '~' }),
      warningCodes: one(z.int().min(1).max(255)).optional().meta({
        description: 'Exit codes that mean success with a warning',
        default: [],
      }),
    }),
  ])
  .register(traits, { name: 'a program with its arguments', hint: 'write a list, such as [program, argument]' });

/** What a job does: exactly one of these. */
export const kindShape = {
  sources: sources
    .optional()
    .meta({ description: 'Folders and files to save, never patterns; or what a program writes' }),
  copy: copy.optional().meta({ description: 'Copies snapshots to another repository' }),
  forget: forget.optional().meta({ description: 'Removes snapshots that no rule keeps' }),
  prune: prune.optional().meta({ description: 'Frees what no snapshot needs' }),
  check: check.optional().meta({ description: 'Checks a repository' }),
  drill: drill.optional().meta({ description: 'Restores some files by way of trial and compares them' }),
  command: command.optional().meta({ description: 'Runs a program, without a shell' }),
};

/** Units of a resource by its name. */
export const usesMap = z.record(
  z
    .string()
    .regex(/^(?:repository:)?[A-Za-z0-9][A-Za-z0-9._-]*$/)
    .register(traits, { name: 'a resource', hint: 'write its name, or repository:NAME' }),
  z
    .union([z.int().min(1).max(1000), z.literal('all')])
    .register(traits, { name: 'an amount', hint: 'write a number from 1, or all' }),
);

export const resources = z
  .record(name, z.int().min(1).max(1000))
  .register(traits, { name: 'a map of resources', hint: 'write { uplink: 1 }' });

export type SourceInput = z.input<typeof source>;
export type CopyInput = z.input<typeof copy>;
export type ForgetInput = z.input<typeof forget>;
export type CheckInput = z.input<typeof check>;
export type DrillInput = z.input<typeof drill>;
export type CommandInput = z.input<typeof command>;
