import type { CommandDefinition, OptionDefinition } from '../command.ts';

const formats = ['systemd', 'launchd', 'task-scheduler', 'openrc'];
const options: readonly OptionDefinition[] = [
  { flags: '--user', text: 'for you alone; the default unless you are root' },
  { flags: '--system', text: 'for the whole machine, as a user of its own' },
  { flags: '--format <format>', text: `${formats.join(', ')}; the one of this system by default`, choices: formats },
];
const more: readonly OptionDefinition[] = [
  { flags: '--read-all', text: 'a system service may read every file, whoever owns it' },
  { flags: '--dry-run', text: 'print the files and commands, do nothing' },
];

/** `install` and `uninstall` of `umbra daemon`. */
export const daemonUnits: readonly CommandDefinition[] = [
  {
    name: 'install',
    text: 'let the system start it, now and at every start',
    options: [...options, ...more],
    notes: ['Also looks every hour whether a job is stale, whether the daemon lives or not.'],
    load: async () => ({ action: (await import('../actions/units.ts')).installDaemon }),
  },
  {
    name: 'uninstall',
    text: 'undo exactly what install did',
    options,
    load: async () => ({ action: (await import('../actions/units.ts')).uninstallDaemon }),
  },
];

/** `install` and `uninstall` of `umbra schedule`, for people who want no daemon. */
export const timerUnits: readonly CommandDefinition[] = [
  {
    name: 'install',
    text: 'let the system start what is due every few minutes, without a daemon',
    options: [...options, ...more],
    load: async () => ({ action: (await import('../actions/units.ts')).installTimer }),
  },
  {
    name: 'uninstall',
    text: 'undo exactly what install did',
    options,
    load: async () => ({ action: (await import('../actions/units.ts')).uninstallTimer }),
  },
];
