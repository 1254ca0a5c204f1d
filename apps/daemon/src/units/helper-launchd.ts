import { join } from 'node:path';
import type { PrivilegedRole } from '@umbracore/contracts';
import { helperCommand, proofsOf, type HelperSpec } from './helper-spec.ts';
import { entry, list, map, plist, string } from './property-list.ts';
import { helperMark, type UnitFile, type UnitPlan } from './unit-files.ts';

/**
 * Property lists for macOS, which start the program as root when somebody connects. Node cannot ask launchd for its sockets, so they
 * are handed over as to inetd. Never tried on a Mac by us.
 */
export function helperLaunchd(spec: HelperSpec): UnitPlan {
  const files = spec.roles.filter(isOfMac).map((role) => propertyList(spec, role));
  return {
    files,
    enable: [
      ...spec.roles.filter(isOfMac).map((role) => ['install', '-d', '-m', '1733', proofsOf(spec, role)]),
      ...files.map(({ path }) => ['launchctl', 'bootstrap', 'system', path]),
    ],
    disable: files.map(({ path }) => ['launchctl', 'bootout', 'system', path]),
    start: undefined,
    notes: [
      'Snapshots and mounts are for Linux',
      'Give Node full disk access in the privacy settings, or macOS hides parts of the disk from it',
      'Written by the manual of launchd, not tried on a Mac',
    ],
  };
}

const isOfMac = (role: PrivilegedRole): boolean => role !== 'volumes';

function propertyList(spec: HelperSpec, role: PrivilegedRole): UnitFile {
  const label = `org.umbracore.umbra-helper-${role}`;
  // 0660, as whole numbers are written there.
  const socket = [
    ...entry('SockPathName', string(join(spec.socketDir, `${role}.sock`))),
    ...entry('SockPathMode', '<integer>432</integer>'),
  ];
  return {
    path: `/Library/LaunchDaemons/${label}.plist`,
    text: plist(
      [
        ...entry('Label', string(label)),
        ...entry(
          'ProgramArguments',
          list([...helperCommand(spec, role), '--state', `/var/db/umbra-helper/state-${role}`]),
        ),
        ...entry('EnvironmentVariables', map({ UMBRA_HELPER_INETD: '1' })),
        ...entry(
          'Sockets',
          `<dict><key>Listener</key><dict>${socket.map((line) => line.trim()).join('')}</dict></dict>`,
        ),
        ...entry('inetdCompatibility', '<dict><key>Wait</key><true/></dict>'),
        ...entry('ProcessType', string('Background')),
        ...entry('StandardErrorPath', string(`/var/log/umbra-helper-${role}.log`)),
        ...entry('AbandonProcessGroup', '<true/>'),
      ],
      helperMark,
    ),
  };
}
