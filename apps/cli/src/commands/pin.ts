import { defineCommand } from '../command.ts';

export interface UnpinFlags {
  readonly repository?: string;
}

export interface PinFlags extends UnpinFlags {
  readonly reason?: string;
}

const where = { flags: '--repo, --repository <name>', text: 'where to look for the snapshot' };

export const pin = defineCommand({
  name: 'pin',
  operands: '<ref>',
  group: 'Look after it',
  text: 'keep a snapshot whatever the policies say, until unpin',
  completes: 'refs',
  options: [{ flags: '--reason <text>', text: 'why, for whoever finds it' }, where],
  examples: ['umbra pin documents@2026-11-20 --reason "before the move"', 'umbra pin 41dbb77c --repo home'],
  notes: [
    'The pin is a tag of the snapshot, so it holds wherever the repository is used; restic alone respects it with',
    '--keep-tag umbra-pin. A pinned snapshot has a new id; refs, history and restore go on finding it by its old one. The',
    'pin is for one repository: copies elsewhere are pinned for themselves.',
  ],
  load: () => import('../actions/pin.ts').then(({ pin: action }) => ({ action })),
});

export const unpin = defineCommand({
  name: 'unpin',
  operands: '<ref>',
  group: 'Look after it',
  text: 'let the policies decide about a snapshot again',
  completes: 'refs',
  options: [where],
  examples: ['umbra unpin documents@2026-11-20'],
  load: () => import('../actions/pin.ts').then(({ unpin: action }) => ({ action })),
});
