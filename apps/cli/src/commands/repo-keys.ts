import type { CommandDefinition } from '../command.ts';

const name = { operands: '<repository>', completes: 'repositories' } as const;

export interface PasswordSource {
  readonly from?: string;
}

export interface AddPasswordFlags extends PasswordSource {
  readonly output?: string;
}

const from = { flags: '--from <file>', text: 'the new password is in this file, mode 0600' };

export const password: CommandDefinition = {
  name: 'password',
  text: 'the passwords that open a repository',
  examples: ['umbra repo password list home', 'umbra repo password rotate home'],
  children: [
    {
      name: 'list',
      ...name,
      text: 'the keys of the repository, each for one password',
      load: async () => ({ action: (await import('../actions/password.ts')).list }),
    },
    {
      name: 'add',
      ...name,
      text: 'one more password, for somebody else or another machine',
      options: [from, { flags: '--output <file>', text: 'make a random one and write it to a new file, mode 0600' }],
      examples: ['umbra repo password add home --output laptop.password'],
      load: async () => ({ action: (await import('../actions/password.ts')).add }),
    },
    {
      name: 'rotate',
      ...name,
      text: 'replace the password of the configuration; without --from by a random one',
      options: [from],
      notes: [
        'The new key is added and has opened the repository before its password is written to the file of the configuration,',
        'and the old key is removed last: the file opens the repository at every moment. After a crash, run it again. Only for a',
        'password in a file (password: file:…). Other machines that use the old password need the new one; so does a printed kit.',
      ],
      load: async () => ({ action: (await import('../actions/password.ts')).rotate }),
    },
    {
      name: 'remove',
      operands: '<repository> <key>',
      completes: 'repositories',
      text: 'shut one password out, by the id of its key; never the one in use',
      load: async () => ({ action: (await import('../actions/password.ts')).remove }),
    },
  ],
};

export const machineKey: CommandDefinition = {
  name: 'machine-key',
  text: 'a key of this machine alone, which opens a repository at once',
  examples: ['umbra repo machine-key add home', 'umbra repo machine-key remove home'],
  children: [
    {
      name: 'show',
      ...name,
      text: 'whether there is one, and where its secret is',
      load: async () => ({ action: (await import('../actions/machine-key.ts')).show }),
    },
    {
      name: 'add',
      ...name,
      text: 'make one: each call of restic takes half a second less',
      notes: [
        'Adds a second key to a repository on this machine, for a random secret of 256 bits in a file of mode 0600. restic takes',
        'half a second to open a key, so that guessing passwords is slow; a secret that nobody can guess does without. Your',
        'password opens the repository as before. Who can read the file can read the repository: docs/machine-key.md.',
      ],
      load: async () => ({ action: (await import('../actions/machine-key.ts')).add }),
    },
    {
      name: 'remove',
      ...name,
      text: 'remove it from the repository, and its secret from this machine',
      load: async () => ({ action: (await import('../actions/machine-key.ts')).remove }),
    },
  ],
};
