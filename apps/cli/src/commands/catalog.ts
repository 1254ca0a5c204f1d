import { defineCommand } from '../command.ts';

export interface CatalogUpdateFlags {
  readonly rebuild?: boolean;
}

export const catalog = defineCommand({
  name: 'catalog',
  group: 'Look after it',
  text: 'the local index of what snapshots hold',
  brief: true,
  examples: ['umbra catalog status', 'umbra catalog update home', 'umbra catalog drop'],
  notes: [
    'For each repository one file in the cache folder answers ls and find in an instant, also while the repository is out',
    'of reach. The daemon fills it after each run, `umbra find` where that is quick. It may be deleted at any time. It',
    'tells the names of all files, to this user alone; `catalog: false` at a repository turns it off, `catalog: 500MiB`',
    'limits it.',
  ],
  children: [
    defineCommand({
      name: 'status',
      text: 'how complete and how large each is',
      load: async () => ({ action: (await import('../actions/catalog.ts')).status }),
    }),
    defineCommand({
      name: 'update',
      operands: '[repository]',
      text: 'take in what is new, here or in all repositories',
      completes: 'repositories',
      options: [{ flags: '--rebuild', text: 'begin with an empty one' }],
      load: async () => ({ action: (await import('../actions/catalog.ts')).update }),
    }),
    defineCommand({
      name: 'drop',
      operands: '[repository]',
      text: 'delete it; without a name all of them',
      completes: 'repositories',
      load: async () => ({ action: (await import('../actions/catalog.ts')).drop }),
    }),
  ],
});
