import { defineCommand } from '../command.ts';
import type { SizeRange } from '../output/sizes.ts';
import { offline } from './offline.ts';
import { count, sizeRange, time } from './parsers.ts';

export interface FindFlags {
  readonly job?: string;
  readonly repository?: string;
  readonly snapshot?: string;
  readonly allVersions?: boolean;
  readonly ignoreCase?: boolean;
  readonly part?: boolean;
  readonly type?: 'f' | 'd' | 'l';
  readonly size?: SizeRange;
  readonly since?: number;
  readonly until?: number;
  readonly limit?: number;
  readonly offline?: boolean;
}

export const find = defineCommand({
  name: 'find',
  operands: '<pattern>',
  group: 'Get data back',
  text: 'in which snapshots a file is, by name',
  options: [
    { flags: '--job <job>', text: 'only snapshots of this job' },
    { flags: '--repo, --repository <name>', text: 'only in this repository' },
    { flags: '--snapshot <ref>', text: 'only in this one' },
    { flags: '--all-versions', text: 'also those before the last' },
    { flags: '-i, --ignore-case', text: 'take upper and lower case for the same' },
    { flags: '-p, --part', text: 'the words are a part of a name, not a pattern' },
    { flags: '--type <letter>', text: 'only files, folders or links', choices: ['f', 'd', 'l'] },
    { flags: '--size <range>', text: "only files of this size: '>10M', '<1k', 1M-2M", ...sizeRange },
    { flags: '--since <time>', text: 'only what was modified then or later', ...time },
    { flags: '--until <time>', text: 'only what was modified before', ...time },
    { flags: '--limit <count>', text: 'at most so many paths; 10000 if nothing is said', ...count },
    offline,
  ],
  examples: [
    "umbra find 'return*.pdf' --all-versions",
    'umbra find -ip tax --since 2026-01-01 --job documents',
    "umbra find '/etc/ssh/*' --snapshot 41dbb77c --json",
  ],
  notes: [
    'A pattern fits a name at any depth, with a slash at its beginning a whole path; what is below a folder that fits, fits',
    'too. Beside *, ? and ** there is [a-z]; a backslash takes any of them as it is. Equal type, size and time are the same',
    'version. Exit code 0 whether anything fits or not; another one if a repository could not be searched. Answered from the',
    'catalog, which is filled first where that is quick; else restic searches in every snapshot anew. Refs: umbra help refs',
  ],
  load: () => import('../actions/find.ts'),
});
