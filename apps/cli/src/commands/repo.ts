import { defineCommand } from '../command.ts';
import { repair, stats, upgrade } from './repo-care.ts';
import { machineKey, password } from './repo-keys.ts';

export interface AdoptFlags {
  readonly name?: string;
  readonly passwordFile?: string;
  readonly env?: readonly string[];
  readonly option?: readonly string[];
}

export interface KitFlags {
  readonly output?: string;
  readonly withPassword?: boolean;
  readonly force?: boolean;
}

export interface CreateFlags {
  readonly sameChunkerAs?: string;
}

const name = { operands: '<repository>', completes: 'repositories' } as const;

export const repo = defineCommand({
  name: 'repo',
  group: 'Look after it',
  text: 'what is known of repositories, new ones, their locks, passwords and repair',
  examples: ['umbra repo show home', 'umbra repo unlock home', 'umbra repo kit home --output ~/kit-home.txt'],
  children: [
    {
      name: 'list',
      text: 'the configured repositories',
      load: async () => ({ action: (await import('../actions/repo.ts')).list }),
    },
    {
      name: 'create',
      ...name,
      text: 'make the repository at its configured location, and its password if none is named',
      options: [
        {
          flags: '--same-chunker-as <repository>',
          text: 'cut files like that one, so that copies from there are stored once',
        },
      ],
      load: async () => ({ action: (await import('../actions/repo.ts')).create }),
    },
    {
      name: 'adopt',
      operands: '<repository>',
      completes: 'repositories',
      text: 'take over a repository that exists, by name, path or address, its snapshots into the history',
      options: [
        { flags: '--name <name>', text: 'what it is called from now on (default: from the location)' },
        { flags: '--password-file <file>', text: 'the file of its password, mode 0600' },
        {
          flags: '--env <name>',
          text: 'a variable that its storage needs, such as AWS_ACCESS_KEY_ID; may be repeated',
          repeat: true,
        },
        {
          flags: '--option <key=value>',
          text: 'an option of restic for it, such as s3.region=…; may be repeated',
          repeat: true,
        },
      ],
      examples: ['umbra repo adopt home', 'umbra repo adopt /mnt/old-backup --password-file ~/old-key --name old'],
      notes: [
        'A path may also be the folder in which the repository lies. If it cannot be opened, the configuration stays as it was.',
        'Its snapshots get runs in the history, marked as adopted; they prove nothing, and what no job of yours has made is',
        'never touched by retention. Nothing is changed in the repository.',
      ],
      load: async () => import('../actions/repo-adopt.ts'),
    },
    {
      name: 'show',
      ...name,
      text: 'health, size, snapshots and locks',
      load: async () => ({ action: (await import('../actions/repo.ts')).show }),
    },
    {
      name: 'unlock',
      ...name,
      text: 'remove locks whose owners are provably gone, and no other',
      load: async () => ({ action: (await import('../actions/repo.ts')).unlock }),
    },
    {
      name: 'kit',
      ...name,
      text: 'a page to print: how to restore with restic or borg alone',
      options: [
        { flags: '--output <file>', text: 'write it to a new file of mode 0600' },
        { flags: '--with-password', text: 'put the password itself on the page' },
        { flags: '--force', text: 'replace the file of --output if there is one' },
      ],
      examples: ['umbra repo kit home | lpr', 'umbra repo kit home --with-password --output kit-home.txt'],
      notes: [
        'Plain text of 78 columns: what the repository is and where, how to get its engine, and the commands that list, restore,',
        'mount and check, for a POSIX shell. It holds no password and no credentials but with --with-password, which puts in',
        'the password of the repository; keep such a page where you keep passports, and delete the file once it is printed.',
      ],
      load: async () => ({ action: (await import('../actions/kit.ts')).action }),
    },
    stats,
    repair,
    upgrade,
    password,
    machineKey,
  ],
});
