import { join } from 'node:path';
import type { PrivilegedRole } from '@umbracore/contracts';
import { helperCommand, helperUser, proofsOf, type HelperSpec } from './helper-spec.ts';
import { systemWalls } from './system-walls.ts';
import { commandLine, quoted, sectionText, type Section } from './systemd-text.ts';
import { helperMark, madeUser, type UnitFile, type UnitPlan } from './unit-files.ts';

type Line = readonly [key: string, value: string];

const folder = '/etc/systemd/system';
const foldersFile = '/etc/tmpfiles.d/umbra-helper.conf';
const usersFile = '/etc/sysusers.d/umbra-helper.conf';

/** Sockets that start a service with the rights of one role; it ends when nobody has asked for a while. */
export function helperSystemd(spec: HelperSpec): UnitPlan {
  const sockets = spec.roles.map((role) => `${nameOf(role)}.socket`);
  return {
    files: [
      ...spec.roles.flatMap((role) => [socketUnit(spec, role), serviceUnit(spec, role)]),
      accounts(spec),
      folders(spec),
    ],
    enable: [
      ['systemd-sysusers', usersFile],
      ['systemd-tmpfiles', '--create', foldersFile],
      ['systemctl', 'daemon-reload'],
      ['systemctl', 'enable', '--now', ...sockets],
    ],
    disable: [['systemctl', 'disable', '--now', ...sockets, ...spec.roles.map((role) => `${nameOf(role)}.service`)]],
    makes: [
      madeUser(helperUser),
      { there: ['test', '-e', spec.socketDir], undo: [['rm', '-r', '--', spec.socketDir]] },
    ],
    start: ['systemctl', 'start', ...sockets],
    notes: [
      `Who may connect is in the group ${helperUser}; what they may ask for is in ${spec.policyFile}`,
      'What it saves to a folder of this machine has to be for a group: umbra doctor says how',
    ],
  };
}

const nameOf = (role: PrivilegedRole): string => `umbra-helper-${role}`;

const unit = (name: string, ...sections: readonly Section[]): UnitFile => ({
  path: join(folder, name),
  text: [`# ${helperMark}`, ...sections.map(sectionText)].join('\n'),
});

const descriptions: Readonly<Record<PrivilegedRole, string>> = {
  backup: 'reads everything for backups',
  restore: 'restores with owners, into a folder of its own',
  volumes: 'snapshots of file systems, and mounts',
};

const socketUnit = ({ socketDir }: HelperSpec, role: PrivilegedRole): UnitFile =>
  unit(
    `${nameOf(role)}.socket`,
    { name: 'Unit', lines: [['Description', `UmbraCore: asked for what ${descriptions[role]}`]] },
    {
      name: 'Socket',
      lines: [
        ['ListenStream', join(socketDir, `${role}.sock`)],
        ['SocketGroup', helperUser],
        ['SocketMode', '0660'],
        ['DirectoryMode', '0755'],
        ['RemoveOnStop', 'yes'],
      ],
    },
    { name: 'Install', lines: [['WantedBy', 'sockets.target']] },
  );

const serviceUnit = (spec: HelperSpec, role: PrivilegedRole): UnitFile =>
  unit(
    `${nameOf(role)}.service`,
    {
      name: 'Unit',
      lines: [
        ['Description', `UmbraCore: ${descriptions[role]}`],
        ['Requires', `${nameOf(role)}.socket`],
        ['After', `${nameOf(role)}.socket`],
      ],
    },
    {
      name: 'Service',
      lines: [
        ['Type', 'exec'],
        ['ExecStart', commandLine(helperCommand(spec, role))],
        // Engines go on under their shims when it ends; the next one follows them.
        ['KillMode', 'process'],
        ['OOMPolicy', 'continue'],
        ['TimeoutStopSec', '30'],
        ['StateDirectory', `umbra-helper/${role}`],
        ['StateDirectoryMode', '0700'],
        ...(role === 'volumes' ? volumeWalls : [...walls, ...rightsOf(role), ...writable(spec)]),
      ],
    },
  );

/** All that a role may do beyond what its user may. */
function rightsOf(role: 'backup' | 'restore'): readonly Line[] {
  const capabilities =
    role === 'backup' ? 'CAP_DAC_READ_SEARCH' : 'CAP_CHOWN CAP_DAC_OVERRIDE CAP_DAC_READ_SEARCH CAP_FOWNER';
  return [
    ['AmbientCapabilities', capabilities],
    ['CapabilityBoundingSet', capabilities],
    // What is restored keeps its modes and owners.
    ...(role === 'backup'
      ? ([
          ['RestrictSUIDSGID', 'yes'],
          ['SystemCallFilter', '~@privileged @resources'],
        ] as const)
      : ([['SystemCallFilter', '~@clock @module @mount @raw-io @reboot @resources @setuid @swap']] as const)),
  ];
}

const writable = ({ writable: paths, socketDir }: HelperSpec): readonly Line[] => [
  ['ReadWritePaths', [socketDir, ...paths].map((path) => quoted(`-${path}`)).join(' ')],
];

/** Of every role. */
const shared: readonly Line[] = [
  // Group members read what is saved to a repository that they share.
  ['UMask', '0007'],
  ['NoNewPrivileges', 'yes'],
  ['RestrictNamespaces', 'yes'],
  ['RestrictRealtime', 'yes'],
  ['LockPersonality', 'yes'],
  ['SystemCallArchitectures', 'native'],
  ['SystemCallErrorNumber', 'EPERM'],
  ['KeyringMode', 'private'],
  ['LimitCORE', '0'],
];

const walls: readonly Line[] = [
  ['User', helperUser],
  ['Group', helperUser],
  ...shared,
  ['RestrictAddressFamilies', 'AF_UNIX AF_INET AF_INET6'],
  ['SystemCallFilter', '@system-service'],
  ...systemWalls,
];

/** What is mounted has to be seen by everybody: nothing that would give it a view of its own of the file system. */
const volumeWalls: readonly Line[] = [
  ...shared,
  ['RestrictSUIDSGID', 'yes'],
  ['RestrictAddressFamilies', 'AF_UNIX AF_NETLINK'],
  ['IPAddressDeny', 'any'],
  ['CapabilityBoundingSet', 'CAP_SYS_ADMIN CAP_CHOWN CAP_DAC_OVERRIDE CAP_DAC_READ_SEARCH CAP_FOWNER'],
  ['SystemCallFilter', '@system-service @mount'],
];

const folders = (spec: HelperSpec): UnitFile => ({
  path: foldersFile,
  text: [
    `# ${helperMark}`,
    `d ${spec.socketDir} 0755 root root -`,
    ...spec.roles.map(
      (role) => `d ${proofsOf(spec, role)} 1730 ${role === 'volumes' ? 'root' : helperUser} ${helperUser} -`,
    ),
    '',
  ].join('\n'),
});

const accounts = ({ members }: HelperSpec): UnitFile => ({
  path: usersFile,
  text: [
    `# ${helperMark}`,
    `u ${helperUser} - "UmbraCore privileged operations" /var/lib/umbra-helper`,
    ...members.map((user) => `m ${user} ${helperUser}`),
    '',
  ].join('\n'),
});
