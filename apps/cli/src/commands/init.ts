import { defineCommand } from '../command.ts';

export interface InitFlags {
  readonly source?: readonly string[];
  readonly name?: string;
  readonly schedule?: string;
  readonly passwordFile?: string;
  readonly backend?: 'restic' | 'borg';
  readonly adopt?: boolean;
  readonly firstBackup: boolean;
}

export const init = defineCommand({
  name: 'init',
  operands: '[location]',
  group: 'Start',
  text: 'first set-up: repository, password, job, first backup, proof',
  options: [
    { flags: '--source <path>', text: 'folder or file to protect; may be repeated', repeat: true },
    { flags: '--name <name>', text: 'name of the repository and its job (default: from the location)' },
    { flags: '--schedule <phrase>', text: 'when to back up, such as "daily at 02:00"' },
    { flags: '--password-file <file>', text: 'use the password in this file instead of making one' },
    { flags: '--backend <name>', text: 'what keeps the snapshots (default: restic)', choices: ['restic', 'borg'] },
    { flags: '--adopt', text: 'use a repository that exists already' },
    { flags: '--no-first-backup', text: 'stop before the first backup and its proof' },
  ],
  examples: [
    'umbra init',
    'umbra init /mnt/backup/home --source ~/Documents --schedule "daily at 02:00" -y',
    'umbra init ssh://me@nas/./borg --backend borg --source ~/Documents',
    'umbra init sftp:me@nas:/backup --source ~/Documents --password-file ~/old-key --adopt',
  ],
  load: () => import('../actions/init.ts'),
});
