// What `npm run test:faults` does for hours and `npm test` for seconds: the same tests, so many times as often, from other seeds.

const cli = (name) => `apps/cli/test/faults/${name}.test.ts`;
const state = (name) => `packages/state-store/test/${name}.test.ts`;

/** @type {Readonly<Record<string, { about: string, unit: string, files: readonly string[] }>>} By name; `unit` is what is counted. */
export const suites = {
  kills: {
    about:
      'SIGKILL of coordinator, daemon, shim and engine, at random moments and around each statement to the journal',
    unit: 'kills',
    files: ['crash-at-moments', 'crash-at-statements', 'crash-at-slots', 'crash-at-nodes', 'borg'].map(cli),
  },
  'state-kills': {
    about:
      'SIGKILL of processes that write the state: at random moments, around statements, at calls of the kernel within them',
    unit: 'kills',
    files: ['crash-points', 'processes', 'accounting'].map(state),
  },
  'state-errors': {
    about: 'writes and syncs of the state that fail, one at a time',
    unit: 'calls',
    files: [state('failing-writes')],
  },
  network: {
    about: 'ways to a repository that are cut, mute, half open or wrong',
    unit: 'disturbances',
    files: [cli('network')],
  },
  'failing-disks': {
    about: 'disks of a repository, of the state, of sources and of what is restored to that fail under real engines',
    unit: 'disk faults',
    files: [cli('failing-disk')],
  },
  walks: {
    about:
      'backups, forgets, prunes and checks of one repository, up to three at the same time, with what was saved looked at after each step',
    unit: 'steps',
    files: [cli('walk')],
  },
  'hostile-snapshots': {
    about: 'snapshots whose names and links lead out of where they are restored',
    unit: 'hostile snapshots',
    files: [cli('hostile-snapshots')],
  },
  'disk-images': {
    about: 'states in which a power cut can leave the disk under the state: writes lost, torn, or out of order',
    unit: 'disk images',
    files: [state('disk-images')],
  },
  'power-cuts': {
    about: 'ext4 stopped by the kernel without its journal being written out, and mounted again',
    unit: 'power cuts',
    files: [state('power-cuts')],
  },
  'state-flips': {
    about: 'bytes of the state that were changed',
    unit: 'flips',
    files: [state('tampering')],
  },
  'repository-flips': {
    about: 'bytes of a repository that were changed',
    unit: 'flips',
    files: ['packages/restic-reader/test/faults.test.ts'],
  },
  drills: {
    about: 'drills on healthy repositories whose sources change meanwhile',
    unit: 'drills',
    files: ['packages/coordinator-core/test/many-drills.test.ts'],
  },
  dispatching: {
    about: 'sleeps, jumps, crashes, edits and several daemons in any order',
    unit: 'cases',
    files: ['packages/coordinator-core/test/dispatch-model.test.ts'],
  },
  years: {
    about: 'simulated years of a thousand jobs, one start in twenty failing',
    unit: 'years',
    files: ['packages/coordinator-core/test/simulated-years.test.ts'],
  },
  calendar: {
    about: 'schedules against a scan of every minute, in all zones',
    unit: 'cases',
    files: ['clock-changes', 'calendar', 'starts', 'timetable'].map(
      (name) => `packages/scheduler/test/${name}.property.test.ts`,
    ),
  },
  fuzz: {
    about:
      'configurations, phrases, arguments, requests, what engines and plug-ins say, and what is in files, changed at random; secrets in every form, and policies',
    unit: 'cases',
    files: [
      'packages/config/test/hostile-text.test.ts',
      'packages/scheduler/test/hostile-phrases.property.test.ts',
      'apps/cli/test/hostile-arguments.test.ts',
      'apps/daemon/test/hostile-requests.test.ts',
      'packages/restic-adapter/src/decode/decode.test.ts',
      'packages/plugin-process/test/hostile-lines.test.ts',
      'packages/restic-reader/test/hostile-bytes.test.ts',
      'packages/catalog/test/hostile-file.test.ts',
      'packages/xpc-bridge/test/permits.property.test.ts',
      'packages/contracts/src/secret-mask.test.ts',
    ],
  },
  'forget-plans': {
    about: 'random histories, planned by us and by restic’s own dry run',
    unit: 'cases',
    files: [
      'packages/repository-manager/test/forget-differential.test.ts',
      'packages/repository-manager/src/forget-plan.test.ts',
    ],
  },
};
