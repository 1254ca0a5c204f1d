import { join } from 'node:path';
import { givingWay, systemWalls } from './system-walls.ts';
import { commandLine, quoted, sectionText, type Section } from './systemd-text.ts';
import {
  checkEveryMinutes,
  checkOf,
  commandOf,
  dueEveryMinutes,
  madeUser,
  unitMark,
  type UnitFile,
  type UnitPlan,
  type UnitSpec,
} from './unit-files.ts';

/** Units for systemd 252 and later, of the user or of the system. */
export function systemdUnits(spec: UnitSpec): UnitPlan {
  const { role, scope } = spec;
  const folder = scope === 'system' ? '/etc/systemd/system' : join(spec.home, '.config', 'systemd', 'user');
  const unit = (name: string, ...sections: readonly Section[]): UnitFile => ({
    path: join(folder, name),
    text: [`# ${unitMark}`, ...sections.map(sectionText)].join('\n'),
  });
  const service = role === 'daemon' ? 'umbra.service' : 'umbra-run.service';
  const started = role === 'daemon' ? service : 'umbra-run.timer';
  const files = [
    ...(role === 'daemon'
      ? [unit(service, ...daemonSections(spec))]
      : [
          unit(service, ...oneshot(spec, 'Starts backup jobs that are due', commandOf(spec))),
          unit(started, ...timer('Looks for backup jobs that are due', dueEveryMinutes)),
        ]),
    unit('umbra-check.service', ...oneshot(spec, 'Fails if a backup job is stale or failing', checkOf(spec))),
    unit('umbra-check.timer', ...timer('Looks whether a backup job is stale', checkEveryMinutes)),
    ...(scope === 'system' ? [ownUser(spec)] : []),
  ];
  const systemctl = (...args: readonly string[]) => ['systemctl', ...(scope === 'user' ? ['--user'] : []), ...args];
  return {
    files,
    enable: [
      ...(scope === 'system' ? [['systemd-sysusers', userFile]] : []),
      systemctl('daemon-reload'),
      systemctl('enable', '--now', started, 'umbra-check.timer'),
    ],
    disable: [systemctl('disable', '--now', started, 'umbra-check.timer')],
    ...(scope === 'system' ? { makes: [madeUser(spec.user)] } : {}),
    start: systemctl('start', started),
    notes:
      scope === 'user' ? ['To run it while you are logged out as well: loginctl enable-linger'] : systemNotes(spec),
  };
}

function daemonSections(spec: UnitSpec): readonly Section[] {
  const network = ['network-online.target', 'time-sync.target'].join(' ');
  return [
    {
      name: 'Unit',
      lines: [
        ['Description', 'UmbraCore backup daemon'],
        ...(spec.scope === 'system'
          ? ([
              ['Wants', 'network-online.target'],
              ['After', network],
            ] as const)
          : []),
      ],
    },
    {
      name: 'Service',
      lines: [
        ['Type', 'notify'],
        // The program that speaks to systemd for Node is a process of its own.
        ['NotifyAccess', 'all'],
        ['ExecStart', commandLine(commandOf(spec))],
        ['ExecReload', '/bin/kill -HUP $MAINPID'],
        // Backups go on while the daemon restarts; the next one adopts them.
        ['KillMode', 'process'],
        ['TimeoutStopSec', '30'],
        ['Restart', 'on-failure'],
        ['RestartSec', '5'],
        ['WatchdogSec', '60'],
        ['OOMPolicy', 'continue'],
        ...surroundings(spec),
      ],
    },
    { name: 'Install', lines: [['WantedBy', spec.scope === 'system' ? 'multi-user.target' : 'default.target']] },
  ];
}

function oneshot(spec: UnitSpec, description: string, command: readonly string[]): readonly Section[] {
  return [
    { name: 'Unit', lines: [['Description', description]] },
    {
      name: 'Service',
      lines: [['Type', 'oneshot'], ['ExecStart', commandLine(command)], ['KillMode', 'process'], ...surroundings(spec)],
    },
  ];
}

function timer(description: string, everyMinutes: number): readonly Section[] {
  return [
    { name: 'Unit', lines: [['Description', description]] },
    {
      name: 'Timer',
      lines: [
        ['OnBootSec', '2min'],
        ['OnUnitActiveSec', `${everyMinutes}min`],
        ['AccuracySec', '10s'],
      ],
    },
    { name: 'Install', lines: [['WantedBy', 'timers.target']] },
  ];
}

function surroundings(spec: UnitSpec): readonly (readonly [string, string])[] {
  // An engine outlives its daemon, and a `PrivateTmp` does not: systemd empties it when the service stops.
  const lasting = spec.scope === 'system' ? { TMPDIR: spec.cacheDir } : {};
  const env = Object.entries({ ...lasting, ...spec.env }).map(
    ([name, value]) => ['Environment', quoted(`${name}=${value}`)] as const,
  );
  return [...env, ...(spec.scope === 'system' ? serviceWalls(spec) : userWalls)];
}

/**
 * Walls that a user's own manager can build. Those that need a mount namespace are left out: there they bring a user namespace,
 * in which the files of everybody else belong to nobody, and that is what a backup would then record.
 */
const userWalls: readonly (readonly [string, string])[] = [
  ['UMask', '0077'],
  ['NoNewPrivileges', 'yes'],
  ['RestrictNamespaces', 'yes'],
  ['RestrictRealtime', 'yes'],
  ['RestrictSUIDSGID', 'yes'],
  ['RestrictAddressFamilies', 'AF_UNIX AF_INET AF_INET6'],
  ['LockPersonality', 'yes'],
  ['SystemCallArchitectures', 'native'],
  ['SystemCallFilter', '@system-service'],
  ['SystemCallErrorNumber', 'EPERM'],
];

function serviceWalls({
  user,
  stateDir,
  cacheDir,
  writable,
  readAll,
  throttles,
}: UnitSpec): readonly (readonly [string, string])[] {
  const capability = readAll ? 'CAP_DAC_READ_SEARCH' : '';
  return [
    ['User', user],
    ...stateFolders(stateDir, cacheDir),
    ...(writable.length === 0
      ? []
      : ([['ReadWritePaths', writable.map((path) => quoted(`-${path}`)).join(' ')]] as const)),
    ...(readAll ? ([['AmbientCapabilities', capability]] as const) : []),
    ['CapabilityBoundingSet', capability],
    ...userWalls,
    ['SystemCallFilter', '~@privileged @resources'],
    ...(throttles ? ([['SystemCallFilter', givingWay]] as const) : []),
    ...systemWalls,
    ['KeyringMode', 'private'],
  ];
}

/** Folders in their usual places are made by systemd, with the right owner; others have to be there. */
function stateFolders(stateDir: string, cacheDir: string): readonly (readonly [string, string])[] {
  const usual = stateDir === '/var/lib/umbra' && cacheDir === '/var/cache/umbra';
  if (!usual) return [['ReadWritePaths', [stateDir, cacheDir].map(quoted).join(' ')]];
  return [
    ['StateDirectory', 'umbra'],
    ['StateDirectoryMode', '0700'],
    ['CacheDirectory', 'umbra'],
    ['CacheDirectoryMode', '0700'],
  ];
}

const userFile = '/etc/sysusers.d/umbra.conf';

const ownUser = ({ user, stateDir }: UnitSpec): UnitFile => ({
  path: userFile,
  text: `# ${unitMark}\nu ${user} - "UmbraCore" ${stateDir}\n`,
});

const systemNotes = ({ user, readAll }: UnitSpec): readonly string[] => [
  readAll
    ? `It runs as ${user} and may read every file`
    : `It runs as ${user} and reads what this user may read; --read-all lets it read every file`,
];
