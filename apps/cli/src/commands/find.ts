import { defineCommand } from '../command.ts';

export interface FindFlags {
  readonly job?: string;
  readonly repository?: string;
  readonly snapshot?: string;
  readonly allVersions?: boolean;
  readonly ignoreCase?: boolean;
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
  ],
  examples: [
    "umbra find 'return*.pdf' --all-versions",
    'umbra find -i notes.md --job documents',
    "umbra find '/etc/ssh/*' --snapshot 41dbb77c --json",
  ],
  notes: [
    'A pattern fits a name at any depth, with a slash at its beginning a whole path; what is below a folder that fits, fits',
    'too. Beside *, ? and ** there is [a-z]; a backslash takes any of them as it is. Equal type, size and time are the same',
    'version. Exit code 0 whether anything fits or not. restic searches in every snapshot anew: a narrower range is quicker.',
    'Refs: umbra help refs',
  ],
  load: () => import('../actions/find.ts'),
});
