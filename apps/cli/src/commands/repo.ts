import { defineCommand } from '../command.ts';

const name = { operands: '<repository>', completes: 'repositories' } as const;

export const repo = defineCommand({
  name: 'repo',
  group: 'Look after it',
  text: 'list | create | adopt | show | unlock',
  examples: ['umbra repo show home', 'umbra repo unlock home'],
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
      load: async () => ({ action: (await import('../actions/repo.ts')).create }),
    },
    {
      name: 'adopt',
      ...name,
      text: 'open a repository that exists already and look at it',
      load: async () => ({ action: (await import('../actions/repo.ts')).adopt }),
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
  ],
});
