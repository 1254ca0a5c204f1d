import { UmbraError } from '@umbracore/contracts';

/** What borg 1.x cannot do, and why; by the operation of a backend. */
const reasons = {
  snapshotIds: ['borg lists nothing without its key', 'List the snapshots.'],
  trees: ['borg gives no folders of an archive by themselves', 'List the snapshot.'],
  find: [
    'borg does not search in archives',
    'Let the catalog take in what there is, and search there: umbra catalog update.',
  ],
  checkNew: ['borg remembers no checks', 'Check the repository as a whole.'],
  copy: ['borg 1.x copies nothing between repositories', 'Let the job save into both repositories.'],
  keys: [
    'a borg repository has one key, which its password opens',
    'Change the password with `umbra borg NAME -- key change-passphrase`, then in the configuration.',
  ],
  machineKey: ['a borg repository has one key, which its password opens', 'Use the password alone.'],
  repair: [
    'borg mends a repository as a whole, and decides by itself what is given up',
    'Copy the repository to another place, then run `umbra borg NAME -- check --repair`.',
  ],
  upgrade: ['borg 1.x has one format', 'Leave it as it is.'],
} as const;

export const unsupported = (what: keyof typeof reasons): UmbraError =>
  new UmbraError('backend.unsupported', `Not with borg: ${reasons[what][0]}`, { hint: reasons[what][1] });
