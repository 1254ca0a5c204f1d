import { join } from 'node:path';
import { entry, list, map, plist, string } from './property-list.ts';
import {
  checkEveryMinutes,
  checkOf,
  commandOf,
  dueEveryMinutes,
  unitMark,
  type UnitFile,
  type UnitPlan,
  type UnitSpec,
} from './unit-files.ts';

const daemonLabel = 'org.umbracore.umbra';
const timerLabel = 'org.umbracore.umbra-run';

/** Property lists for macOS: an agent of the user, or a daemon of the system. Never tried on a Mac by us. */
export function launchdUnits(spec: UnitSpec): UnitPlan {
  const { role, scope, home, uid, stateDir } = spec;
  const folder = scope === 'system' ? '/Library/LaunchDaemons' : join(home, 'Library', 'LaunchAgents');
  const log = join(stateDir, 'logs', 'launchd.log');
  const file = (label: string, command: readonly string[], more: readonly string[]): UnitFile => ({
    path: join(folder, `${label}.plist`),
    text: plist(
      [
        ...entry('Label', string(label)),
        ...entry('ProgramArguments', list(command)),
        ...entry('EnvironmentVariables', map(spec.env)),
        ...entry('ProcessType', string('Background')),
        ...entry('LowPriorityIO', '<true/>'),
        ...entry('StandardErrorPath', string(log)),
        // The engines of running backups outlive the daemon.
        ...entry('AbandonProcessGroup', '<true/>'),
        ...more,
      ],
      unitMark,
    ),
  });
  const main =
    role === 'daemon'
      ? file(daemonLabel, commandOf(spec), [
          ...entry('RunAtLoad', '<true/>'),
          ...entry('KeepAlive', '<dict><key>SuccessfulExit</key><false/></dict>'),
          ...entry('ThrottleInterval', '<integer>30</integer>'),
        ])
      : file(timerLabel, commandOf(spec), every(dueEveryMinutes));
  const check = file('org.umbracore.umbra-check', checkOf(spec), every(checkEveryMinutes));
  const domain = scope === 'system' ? 'system' : `gui/${uid}`;
  const files = [main, check];
  return {
    files,
    enable: files.map(({ path }) => ['launchctl', 'bootstrap', domain, path]),
    disable: files.map(({ path }) => ['launchctl', 'bootout', domain, path]),
    start: ['launchctl', 'kickstart', `${domain}/${role === 'daemon' ? daemonLabel : timerLabel}`],
    notes: [
      'Give Node full disk access in the privacy settings, or macOS hides parts of your home folder from it',
      'Written by the manual of launchd, not tried on a Mac',
    ],
  };
}

const every = (minutes: number): readonly string[] => entry('StartInterval', `<integer>${minutes * 60}</integer>`);
