import { defineCommand } from '../command.ts';
import { daemonUnits } from './units.ts';

export interface TokenFlags {
  readonly new?: boolean;
}

export const daemon = defineCommand({
  name: 'daemon',
  group: 'Look after it',
  text: 'the process that starts what is due, at the right time and once',
  examples: ['umbra daemon install', 'umbra daemon status', 'umbra daemon reload'],
  notes: [
    'The daemon starts what is due, and answers requests over a socket in the state folder.',
    'Other commands work with it where it runs, and without it elsewhere.',
  ],
  children: [
    ...daemonUnits,
    {
      name: 'start',
      text: 'start it in the background, by the service manager if it is installed there',
      load: async () => ({ action: (await import('../actions/daemon.ts')).start }),
    },
    {
      name: 'run',
      text: 'be the daemon, in the foreground, until SIGTERM or Ctrl-C',
      load: async () => ({ action: (await import('../actions/daemon.ts')).run }),
    },
    {
      name: 'status',
      text: 'whether it runs, with which configuration, and what is next',
      load: async () => ({ action: (await import('../actions/daemon.ts')).status }),
    },
    {
      name: 'reload',
      text: 'put a changed configuration into force, whole or not at all',
      load: async () => ({ action: (await import('../actions/daemon.ts')).reload }),
    },
    {
      name: 'stop',
      text: 'end it; backups that run go on, and the next daemon follows them',
      load: async () => ({ action: (await import('../actions/daemon.ts')).stop }),
    },
    {
      name: 'restart',
      text: 'stop and start; backups that run go on meanwhile',
      load: async () => ({ action: (await import('../actions/daemon.ts')).restart }),
    },
    {
      name: 'token',
      text: 'print what the API asks for over TCP',
      options: [{ flags: '--new', text: 'make a new one: the old one is worth nothing then' }],
      load: async () => ({ action: (await import('../actions/daemon.ts')).token }),
    },
  ],
});
