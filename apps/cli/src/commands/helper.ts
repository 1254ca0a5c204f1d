import type { PrivilegedRole } from '@umbracore/contracts';
import { defineCommand, type OptionDefinition } from '../command.ts';

export interface HelperFlags {
  readonly role?: readonly PrivilegedRole[];
  readonly format?: 'systemd' | 'launchd';
  readonly print?: boolean;
}

const roles: OptionDefinition = {
  flags: '--role <role>',
  text: 'backup (default), restore, volumes or mounts; may be repeated',
  choices: ['backup', 'restore', 'volumes', 'mounts'],
  repeat: true,
};
const format: OptionDefinition = {
  flags: '--format <format>',
  text: 'systemd or launchd; the one of this system by default',
  choices: ['systemd', 'launchd'],
};

export interface HelperRestoreFlags {
  readonly exclude?: readonly string[];
  readonly verify?: boolean;
  readonly repository?: string;
}

export const helper = defineCommand({
  name: 'helper',
  group: 'Look after it',
  brief: true,
  text: 'back up, restore and mount what takes more rights than umbra has',
  examples: [
    'umbra helper policy > helper.json',
    'umbra helper install --print',
    'sudo umbra helper install --role backup --role restore',
    'umbra helper status',
    'umbra helper restore system@latest:/etc --verify',
  ],
  notes: [
    'umbra-helper does what takes more rights than umbra has: jobs with `privileged: true`, restores with owners,',
    'snapshots of file systems. What it does, and for whom, is in /etc/umbra/helper.json, which only root may change.',
    'docs/privileged.md says what it defends against.',
  ],
  children: [
    {
      name: 'policy',
      text: 'print the policy that the privileged jobs need, for root to look at and keep',
      load: async () => ({ action: (await import('../actions/helper.ts')).policy }),
    },
    {
      name: 'install',
      text: 'let the system start it when somebody asks; needs root',
      options: [roles, format, { flags: '--print', text: 'print the files and commands, do nothing' }],
      load: async () => ({ action: (await import('../actions/helper.ts')).installHelper }),
    },
    {
      name: 'uninstall',
      text: 'undo exactly what install did; policy and records stay',
      options: [format],
      load: async () => ({ action: (await import('../actions/helper.ts')).uninstallHelper }),
    },
    {
      name: 'status',
      text: 'whether it answers, which version it is, and what it allows',
      load: async () => ({ action: (await import('../actions/helper.ts')).status }),
    },
    {
      name: 'restore',
      operands: '<ref> [path...]',
      completes: 'refs',
      text: 'restore with owners and modes, into a new folder that only root may look into',
      options: [
        { flags: '--exclude <pattern>', text: 'not what matches; may be repeated', repeat: true },
        { flags: '--verify', text: 'compare what was written with the repository' },
        { flags: '--repo, --repository <name>', text: 'where to look for the snapshot' },
      ],
      load: async () => ({ action: (await import('../actions/helper-restore.ts')).action }),
    },
    {
      name: 'snapshot',
      operands: '<volume> <id>',
      text: 'make a snapshot of a volume of the policy, for a job to save it from there',
      load: async () => ({ action: (await import('../actions/helper-volumes.ts')).snapshot }),
    },
    {
      name: 'release',
      operands: '<volume> <id>',
      text: 'remove such a snapshot',
      load: async () => ({ action: (await import('../actions/helper-volumes.ts')).release }),
    },
    {
      name: 'mount',
      operands: '<location>',
      text: 'mount a location of the policy, where the policy says',
      load: async () => ({ action: (await import('../actions/helper-volumes.ts')).mount }),
    },
    {
      name: 'unmount',
      operands: '<location>',
      text: 'unmount it',
      load: async () => ({ action: (await import('../actions/helper-volumes.ts')).unmount }),
    },
  ],
});
