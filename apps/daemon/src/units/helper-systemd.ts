import { join } from 'node:path';
import type { PrivilegedRole } from '@umbracore/contracts';
import { helperCommand, helperUser, proofsOf, type HelperSpec } from './helper-spec.ts';
import { givingWay, systemWalls } from './system-walls.ts';
import { commandLine, quoted, sectionText, type Section } from './systemd-text.ts';
import { helperMark, madeUser, type UnitFile, type UnitPlan } from './unit-files.ts';

type Line = readonly [key: string, value: string];

const folder = '/etc/systemd/system';
const foldersFile = '/etc/tmpfiles.d/umbra-helper.conf';
const usersFile = '/etc/sysusers.d/umbra-helper.conf';

/** Sockets that start a service with the rights of one role; it ends when nobody has asked for a while. */
export function helperSystemd(spec: HelperSpec): UnitPlan {
  const sockets = spec.roles.map((role) => `${nameOf(role)}.socket`);
  const services = spec.roles.map((role) => `${nameOf(role)}.service`);
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
      // One of an earlier version, which somebody asks again and again, would stay. Its engines go on under their shims.
      ['systemctl', 'try-restart', ...services],
    ],
    disable: [['systemctl', 'disable', '--now', ...sockets, ...services]],
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
  volumes: 'makes snapshots of file systems',
  mounts: 'mounts known disks',
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
        ...wallsOf(spec, role),
      ],
    },
  );

/** Who mounts needs the right to, and neither a network nor any other call for the privileged. */
const mounting: readonly Line[] = [
  ['PrivateNetwork', 'yes'],
  ['IPAddressDeny', 'any'],
  ['RestrictSUIDSGID', 'yes'],
  ['SystemCallFilter', '@mount'],
  ['SystemCallFilter', '~@clock @cpu-emulation @debug @module @obsolete @raw-io @reboot @swap @resources'],
  ['DeviceAllow', 'block-* rw'],
];

/** All that a role may do beyond what its user may. */
const rightsOf: Readonly<Record<PrivilegedRole, readonly Line[]>> = {
  backup: [
    ['User', helperUser],
    ['Group', helperUser],
    ['AmbientCapabilities', 'CAP_DAC_READ_SEARCH CAP_SYS_CHROOT'],
    ['CapabilityBoundingSet', 'CAP_DAC_READ_SEARCH CAP_SYS_CHROOT'],
    ['RestrictSUIDSGID', 'yes'],
    ['SystemCallFilter', '~@privileged @resources'],
    // An engine that saves from a snapshot gets a root in which the snapshot has the place of the source, and gives the right to it away.
    ['SystemCallFilter', `chroot capset ${givingWay}`],
  ],
  restore: [
    ['User', helperUser],
    ['Group', helperUser],
    ['AmbientCapabilities', 'CAP_CHOWN CAP_DAC_OVERRIDE CAP_DAC_READ_SEARCH CAP_FOWNER'],
    ['CapabilityBoundingSet', 'CAP_CHOWN CAP_DAC_OVERRIDE CAP_DAC_READ_SEARCH CAP_FOWNER'],
    // What is restored keeps its modes and owners.
    ['SystemCallFilter', '~@clock @module @mount @raw-io @reboot @resources @setuid @swap'],
    ['SystemCallFilter', givingWay],
  ],
  volumes: [
    // The tools of file systems ask for root. Whom the backup role runs as may look through a snapshot, by a process of its own there.
    ['CapabilityBoundingSet', 'CAP_SYS_ADMIN CAP_DAC_READ_SEARCH CAP_FOWNER CAP_SETUID CAP_SETGID CAP_KILL'],
    ...mounting,
    // The device by which ZFS is asked.
    ['DeviceAllow', 'char-misc rw'],
  ],
  mounts: [
    // The second is for the way back to the view of everybody.
    ['CapabilityBoundingSet', 'CAP_SYS_ADMIN CAP_SYS_CHROOT'],
    ...mounting,
    // Read by systemd before it puts up the walls: the view of the file system that everybody has. The tools that mount are started there.
    ['StandardInput', 'file:/proc/self/ns/mnt'],
  ],
};

const writable = ({ writable: paths, socketDir }: HelperSpec): Line => [
  'ReadWritePaths',
  [socketDir, '/var/lib/umbra-helper', ...paths].map((path) => quoted(`-${path}`)).join(' '),
];

/** Of every role. */
const shared: readonly Line[] = [
  // Group members read what is saved to a repository that they share.
  ['UMask', '0007'],
  ['NoNewPrivileges', 'yes'],
  ['RestrictRealtime', 'yes'],
  ['LockPersonality', 'yes'],
  ['SystemCallArchitectures', 'native'],
  ['SystemCallErrorNumber', 'EPERM'],
  ['KeyringMode', 'private'],
  ['LimitCORE', '0'],
  ['SystemCallFilter', '@system-service'],
];

function wallsOf(spec: HelperSpec, role: PrivilegedRole): readonly Line[] {
  const rights = [...shared, ...rightsOf[role]];
  switch (role) {
    case 'backup':
    case 'restore':
      return [
        ...rights,
        ['RestrictNamespaces', 'yes'],
        ['RestrictAddressFamilies', 'AF_UNIX AF_INET AF_INET6'],
        ...systemWalls,
        writable(spec),
      ];
    case 'volumes':
      // A snapshot is put in the place of what it is of where the engine looks, and nowhere else. Who holds it there has another user.
      return [
        ...rights,
        ['RestrictNamespaces', 'mnt'],
        ['RestrictAddressFamilies', 'AF_UNIX'],
        ...systemWalls.filter(([key]) => key !== 'PrivateDevices' && key !== 'ProtectProc'),
        writable(spec),
      ];
    case 'mounts':
      // Its places have to be what they are for everybody, also below /tmp.
      return [
        ...rights,
        ['RestrictNamespaces', 'mnt'],
        ['RestrictAddressFamilies', 'AF_UNIX'],
        ...systemWalls.filter(([key]) => key !== 'PrivateDevices' && key !== 'PrivateTmp'),
        writable(spec),
      ];
  }
}

/** Roles that take no more than capabilities. */
const ownUser: readonly PrivilegedRole[] = ['backup', 'restore'];

const folders = (spec: HelperSpec): UnitFile => ({
  path: foldersFile,
  text: [
    `# ${helperMark}`,
    `d ${spec.socketDir} 0755 root root -`,
    ...spec.roles.map(
      (role) => `d ${proofsOf(spec, role)} 1730 ${ownUser.includes(role) ? helperUser : 'root'} ${helperUser} -`,
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
