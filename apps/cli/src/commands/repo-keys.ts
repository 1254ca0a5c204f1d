import type { CommandDefinition } from '../command.ts';

const name = { operands: '<repository>', completes: 'repositories' } as const;

export const machineKey: CommandDefinition = {
  name: 'machine-key',
  text: 'show | add | remove: a key of this machine alone, which opens at once',
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
