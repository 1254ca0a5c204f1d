// What UmbraCore promises, and which tests would fail if it did not keep it. `npm run promises` makes docs/promises.md of this and
// of what the last run of the tests, and the last long run, counted.

const cli = (name) => `apps/cli/test/${name}.test.ts`;
const fault = (name) => cli(`faults/${name}`);
const daemon = (name) => `apps/daemon/test/${name}.test.ts`;
const core = (name) => `packages/coordinator-core/${name}.test.ts`;
const part = (name, file) => `packages/${name}/${file}.test.ts`;

/**
 * @typedef {object} Promise_
 * @property {string} id
 * @property {string} name
 * @property {string} says
 * @property {readonly string[]} tests Files whose tests would fail
 * @property {readonly string[]} [long] Suites of `npm run test:faults`
 * @property {string} [except] What it does not hold for, or is not tried
 */

/** @type {readonly { title: string, promises: readonly Promise_[] }[]} */
export const groups = [
  {
    title: 'Time',
    promises: [
      {
        id: 'P-1',
        name: 'Once, or recorded',
        says: 'Each due slot has exactly one record: started, skipped with a reason, or missed with a reason. So it stays when a process is killed or frozen, when the clock jumps, and when two daemons look at the same state.',
        tests: [
          fault('crash-at-slots'),
          fault('clock'),
          core('test/dispatch-model'),
          core('test/simulated-years'),
          core('src/dispatch/account-slots'),
          part('state-store', 'test/accounting'),
          cli('due'),
        ],
        long: ['kills', 'state-kills', 'dispatching', 'years'],
      },
      {
        id: 'P-2',
        name: 'It never stops by itself',
        says: 'While the daemon runs, every enabled job with a schedule has a next instant. No failure, cancel or new configuration takes it away; a job that has none is found and said.',
        tests: [
          core('test/dispatch-model'),
          core('test/dispatcher'),
          daemon('staleness'),
          core('test/simulated-years'),
        ],
        long: ['dispatching', 'years'],
      },
      {
        id: 'P-3',
        name: 'Lateness has a bound',
        says: 'The wall clock is read anew at least every thirty seconds, so that a sleep or a clock set anew is noticed by then. What was owed is caught up by the rule of its job: once, some, or not at all. A clock set back starts nothing twice.',
        tests: [
          fault('clock'),
          core('test/dispatcher'),
          core('test/run-due'),
          core('src/dispatch/time'),
          core('test/dispatch-model'),
        ],
      },
      {
        id: 'P-4',
        name: 'No civil day is lost or doubled',
        says: 'A schedule by the wall clock starts once on each date that its zone has: in a gap at the first minute after it, in a fold at the first pass. An interval keeps its elapsed spacing through both.',
        tests: [
          part('scheduler', 'test/clock-changes.property'),
          part('scheduler', 'test/calendar.property'),
          part('scheduler', 'test/starts.property'),
          part('scheduler', 'test/timetable.property'),
          part('scheduler', 'src/calendar'),
        ],
        long: ['calendar'],
      },
      {
        id: 'P-5',
        name: 'The zone belongs to the schedule',
        says: 'Each schedule has a named zone. The zone of the process changes no instant, and an unknown one is refused where it is written.',
        tests: [
          part('config', 'test/load'),
          part('contracts', 'src/time-zone'),
          part('config', 'src/system-timezone'),
          part('scheduler', 'test/calendar.property'),
        ],
      },
    ],
  },
  {
    title: 'Runs',
    promises: [
      {
        id: 'P-6',
        name: 'Written before done',
        says: 'Nothing is started, unlocked or removed before the intention to do so is durable.',
        tests: [core('test/crash-sweep'), core('test/crash-sweep-kinds'), fault('crash-at-statements'), fault('state')],
        long: ['kills', 'state-kills', 'disk-images', 'power-cuts'],
      },
      {
        id: 'P-7',
        name: 'Settled within ten seconds',
        says: 'After a start each open run either is adopted, because its engine lives, or comes to its end within ten seconds. None stays running without a living owner.',
        tests: [
          fault('crash-at-moments'),
          fault('crash-at-statements'),
          fault('handover'),
          core('src/recover'),
          core('test/recovery'),
          cli('daemon/survival'),
        ],
        long: ['kills'],
      },
      {
        id: 'P-8',
        name: 'One writer',
        says: 'A job has one run at a time, and what excludes others has a repository for itself. A lease with a fence says so at every write; an owner who overslept is refused.',
        tests: [
          part('state-store', 'test/contract'),
          part('state-store', 'test/processes'),
          part('state-store', 'test/model'),
          core('src/lease-keeper'),
          core('src/dispatch/admit'),
          fault('clock'),
        ],
      },
      {
        id: 'P-9',
        name: 'A restart costs nothing',
        says: 'Stopping, killing or replacing a coordinator ends no backup: the engine goes on under its shim, and its run is adopted.',
        tests: [
          fault('handover'),
          fault('processes'),
          part('engine-process', 'test/deaths'),
          cli('daemon/survival'),
          daemon('earlier-runs'),
        ],
        long: ['kills'],
      },
      {
        id: 'P-10',
        name: 'No orphans',
        says: 'When a run has ended, no process of it is left.',
        tests: [
          fault('processes'),
          fault('crash-at-moments'),
          part('engine-process', 'test/deaths'),
          part('engine-process', 'test/interrupt'),
          part('restic-adapter', 'test/cancel'),
        ],
        long: ['kills'],
      },
      {
        id: 'P-11',
        name: 'Success is proved, not assumed',
        says: 'A run has succeeded only if the engine ended with 0, its snapshot is in the repository, every source was there and nothing was left unread. What was left out makes a warning with its list; what cannot be understood is a failure.',
        tests: [
          core('src/verdict'),
          core('src/verify-snapshot'),
          part('restic-adapter', 'src/exit-codes'),
          part('restic-adapter', 'test/unreadable'),
          fault('sources'),
          cli('program'),
        ],
      },
      {
        id: 'P-12',
        name: 'One outcome, the true one',
        says: 'The id of a run travels on its snapshot. Whatever is killed in between, there is never a second snapshot of one run, and none that its history does not know.',
        tests: [
          fault('crash-at-moments'),
          fault('crash-at-statements'),
          fault('crash-at-nodes'),
          core('src/recover'),
          core('test/recovery'),
          core('test/crash-sweep'),
        ],
        long: ['kills'],
      },
      {
        id: 'P-13',
        name: 'An emptied source is suspicious',
        says: 'A source that is missing, empty, on another device or much smaller than at the last good run makes the run suspicious: its snapshot is kept, and pushes no good one out.',
        tests: [core('src/source-guard'), core('src/look-at-sources'), fault('sources'), core('src/work/forget-guard')],
      },
      {
        id: 'P-21',
        name: 'Nothing hangs',
        says: 'Each try ends at its deadline or when nothing moved for long enough: asked first, then killed, with its lock removed after. The waits inside an engine count.',
        tests: [
          core('src/watchdog'),
          core('src/follow-engine'),
          fault('unreachable'),
          part('engine-process', 'test/supervised'),
          part('engine-process', 'test/slow-shim'),
          part('restic-adapter', 'test/remote'),
          fault('network'),
        ],
      },
      {
        id: 'P-22',
        name: 'Retries have bounds',
        says: 'Only what may pass by itself is tried again, so often and so long as the job says, later each time. The instant of the next try survives a restart. Damage and wrong passwords are never retried.',
        tests: [
          core('src/retry'),
          core('src/retry-strategy'),
          cli('retry'),
          part('contracts', 'src/errors'),
          part('restic-adapter', 'src/exit-codes'),
          daemon('earlier-runs'),
          fault('network'),
        ],
      },
      {
        id: 'P-35',
        name: 'A paused engine goes on',
        says: 'An engine is paused for less time than its lock needs to be renewed, and none is left paused: not when the coordinator or the shim dies.',
        tests: [core('src/throttle/steer'), fault('throttle')],
      },
      {
        id: 'P-30',
        name: 'What opens is closed',
        says: 'The closer of a bracket in a chain runs once after all that it closes, and a `finally` hook after every end of its run, also when the process died in between.',
        tests: [
          core('src/chain/walk'),
          core('test/chain-walk'),
          core('test/chain-crash'),
          core('test/chain-early-end'),
          core('src/hooks/owed'),
          cli('hooks'),
          fault('crash-at-nodes'),
        ],
      },
    ],
  },
  {
    title: 'Repositories',
    promises: [
      {
        id: 'P-14',
        name: 'Locks go when their owner is provably dead',
        says: 'A lock that a dead process of this machine left is removed before the next run needs the place. A lock of a living owner, or of one who may live, stays.',
        tests: [
          part('repository-manager', 'src/lock-verdict'),
          part('repository-manager', 'src/repositories'),
          fault('planted-locks'),
          fault('repository'),
          fault('processes'),
        ],
        long: ['kills'],
      },
      {
        id: 'P-15',
        name: 'Nothing destructive beside a writer',
        says: 'Prune and repair have a repository for themselves, and no command that writes goes without its lock.',
        tests: [
          core('src/dispatch/admit'),
          core('test/every-kind'),
          cli('kinds'),
          part('restic-adapter', 'src/command'),
        ],
      },
      {
        id: 'P-16',
        name: 'A history has an identity of its own',
        says: 'Snapshots are grouped by the tag of their job. Another host name, container or path neither splits nor merges histories.',
        tests: [
          part('repository-manager', 'src/forget-plan'),
          core('src/work/forget-plan'),
          part('runtime', 'test/strategies'),
          part('contracts', 'src/snapshot'),
        ],
      },
      {
        id: 'P-17',
        name: 'Removal needs every reason',
        says: 'A snapshot goes only if it is of this job, a plan names it with a reason, the engine would name it too, the rail allows so many, a newer good one is proved to be there, nothing pins it, and the repository has no damage that is known.',
        tests: [
          core('src/work/forget-guard'),
          core('src/work/known-damage'),
          core('test/pins'),
          part('repository-manager', 'src/forget-plan'),
          part('repository-manager', 'test/forget-differential'),
          cli('forget'),
          cli('pin'),
        ],
        long: ['forget-plans'],
      },
      {
        id: 'P-18',
        name: 'Only good pushes out good',
        says: 'A partial, suspicious or foreign snapshot never makes a good one go.',
        tests: [
          part('repository-manager', 'src/forget-plan'),
          core('src/work/forget-guard'),
          core('src/work/snapshot-origins'),
        ],
        long: ['forget-plans'],
      },
      {
        id: 'P-19',
        name: 'Forgetting can be taken back',
        says: 'What is forgotten is marked first and removed later; in between one command brings it back.',
        tests: [cli('forget'), core('src/pins'), part('contracts', 'src/forget'), core('test/kinds')],
      },
      {
        id: 'P-20',
        name: 'Clocks may lie',
        says: 'Snapshots dated in the future take no part in retention, and a clock that jumped makes a forget hold back.',
        tests: [part('repository-manager', 'src/forget-plan'), core('src/work/forget-guard')],
        long: ['forget-plans'],
      },
      {
        id: 'P-31',
        name: 'There is a way back in',
        says: 'The emergency kit of a repository restores with the engine alone. A lost state folder costs no snapshot: the history is adopted again from their tags.',
        tests: [
          cli('kit'),
          cli('adopt'),
          part('runtime', 'src/kit/text'),
          part('runtime', 'src/kit/shell'),
          part('runtime', 'src/repositories/adopted-runs'),
        ],
      },
      {
        id: 'P-32',
        name: 'Verified is a number',
        says: 'Each repository shows which share of its bytes was read when, and each job when a drill last brought files back. Damage that was found stays in sight until it is mended.',
        tests: [
          part('restic-reader', 'test/faults'),
          part('restic-reader', 'test/checking'),
          part('restic-reader', 'src/verifying/reread-plan'),
          part('restic-reader', 'src/verifying/coverage'),
          part('runtime', 'test/paced-checks'),
          part('runtime', 'test/mend'),
          part('runtime', 'test/drills'),
          core('test/many-drills'),
          cli('verify'),
        ],
        long: ['repository-flips', 'drills'],
      },
    ],
  },
  {
    title: 'State',
    promises: [
      {
        id: 'P-23',
        name: 'A bad state stops no backup',
        says: 'With a state folder that is damaged, full or read-only, backups are made all the same, and it is said. A damaged file is set aside, never deleted.',
        tests: [
          fault('state'),
          fault('daemon-state'),
          part('state-store', 'test/degraded'),
          part('state-store', 'test/failing-writes'),
        ],
        long: ['state-flips', 'state-errors'],
      },
      {
        id: 'P-24',
        name: 'A changed record is found',
        says: 'A changed byte in the record of an ended run is found when it is read: each has a hash, chained to the one before.',
        tests: [part('state-store', 'test/tampering'), part('state-store', 'src/canonical-json')],
        long: ['state-flips', 'disk-images'],
      },
      {
        id: 'P-25',
        name: 'Upgrades are whole or not at all',
        says: 'A state of an older version is brought up in one transaction; killed in the middle it is the old one or the new one. One of a newer version is left as it is, and said.',
        tests: [part('state-store', 'test/upgrade'), part('state-store', 'src/migrations')],
      },
      {
        id: 'P-26',
        name: 'Everything has a limit',
        says: 'History, logs, spools and catalog stay within limits of age and size, and a flood of output within a few megabytes of memory.',
        tests: [
          fault('flood'),
          cli('history'),
          part('catalog', 'test/robust'),
          core('src/run-log'),
          part('engine-process', 'test/output'),
          daemon('entrances'),
        ],
      },
    ],
  },
  {
    title: 'Telling people',
    promises: [
      {
        id: 'P-27',
        name: 'Stale is loud',
        says: 'A job whose last success is too old is said to be so, also when nothing failed, nothing ran or the daemon was dead.',
        tests: [
          core('src/staleness'),
          core('src/protection'),
          cli('standing'),
          cli('status'),
          daemon('staleness'),
          part('runtime', 'src/status/daemon-health'),
        ],
      },
      {
        id: 'P-28',
        name: 'Telling is not judging',
        says: 'Trouble with a notification changes no verdict and holds no run up. What could not be told is kept, tried again, told once, and in sight until then.',
        tests: [
          cli('notify'),
          part('notifications', 'src/told/decide'),
          part('notifications', 'src/delivery/message'),
          part('integrations', 'test/http-notifiers'),
          part('integrations', 'test/email'),
          part('integrations', 'test/programs'),
          part('state-store', 'test/contract'),
        ],
      },
      {
        id: 'P-29',
        name: 'Nothing is buried',
        says: 'Only a success of the same job ends an alarm about it.',
        tests: [core('src/protection'), part('runtime', 'src/status/gather'), cli('status')],
      },
      {
        id: 'P-33',
        name: 'A configuration is taken whole',
        says: 'A new configuration comes into force entirely or not at all, and a broken one leaves the last good one at work. Edits keep every other byte of the file.',
        tests: [
          cli('daemon/reload'),
          part('config', 'src/editing/edit'),
          part('config', 'test/edit-file'),
          fault('configuration'),
          'apps/daemon/src/configuration/live-configuration.test.ts',
        ],
      },
      {
        id: 'P-34',
        name: 'Progress does not lie',
        says: 'A percentage never falls, never passes 100 and is left out while it is unknown. A slow reader loses reports, nobody waits for it.',
        tests: [
          core('src/progress-meter'),
          part('restic-adapter', 'src/progress'),
          part('runtime', 'src/event-stream'),
          part('restic-adapter', 'test/contract'),
          'apps/daemon/src/events/event-ring.test.ts',
        ],
      },
    ],
  },
  {
    title: 'Secrets and safety',
    promises: [
      {
        id: 'S-1',
        name: 'Secrets appear nowhere',
        says: 'The values of secrets are in no argument, environment, log, error, record, event or document.',
        tests: [
          fault('secrets'),
          part('contracts', 'src/secret'),
          part('engine-process', 'test/secrets'),
          part('config', 'test/secrets'),
          cli('password'),
          cli('kit'),
        ],
      },
      {
        id: 'S-2',
        name: 'A secret is no text',
        says: 'A secret is a value of its own kind whose every form of text is a mask, so that what forgets to hide one shows nothing.',
        tests: [part('contracts', 'src/secret'), part('config', 'test/secrets')],
      },
      {
        id: 'S-3',
        name: 'Secrets at rest are their owner’s',
        says: 'State and cache are of mode 0700 and 0600. Secret files that others may read are refused.',
        tests: [
          part('integrations', 'src/secret-file'),
          part('integrations', 'src/secrets'),
          part('runtime', 'src/exposed-files'),
          part('runtime', 'src/own-folder'),
          fault('configuration'),
        ],
      },
      {
        id: 'S-4',
        name: 'Hooks get what they name',
        says: 'A hook gets the secrets that it names, by descriptor, and never as part of its command. There is no shell unless one is asked for.',
        tests: [cli('hooks'), fault('secrets')],
      },
      {
        id: 'S-6',
        name: 'No shell reads what others wrote',
        says: 'Commands of hooks and channels are lists of arguments. What a run is called reaches them in their environment, and never as part of a command.',
        tests: [cli('hooks'), part('integrations', 'test/programs'), part('integrations', 'test/command')],
      },
      {
        id: 'S-7',
        name: 'A name is never an option',
        says: 'Paths, tags and ids reach an engine as what they are, whatever characters they have.',
        tests: [
          part('restic-adapter', 'src/command'),
          fault('sources'),
          part('restic-adapter', 'test/reading'),
          cli('find'),
        ],
      },
      {
        id: 'S-8',
        name: 'An engine gets what is known',
        says: 'The environment of an engine is built from nothing, and its options from a list. Every flag and variable of each supported version of restic is classed; one that nobody has looked at fails a test.',
        tests: [
          part('restic-adapter', 'src/command'),
          part('restic-adapter', 'test/flags'),
          part('restic-adapter', 'test/refused'),
        ],
      },
      {
        id: 'S-9',
        name: 'Every route asks who is there',
        says: 'The API refuses by default: each route is tried without credentials.',
        tests: [daemon('access'), daemon('entrances'), 'apps/daemon/src/http/token.test.ts'],
      },
      {
        id: 'S-10',
        name: 'A web page cannot speak for its reader',
        says: 'Host and Origin of each request are looked at, and nothing is changed by a GET.',
        tests: [daemon('access'), 'apps/daemon/src/http/origin.test.ts'],
      },
      {
        id: 'S-11',
        name: 'Messages go where the configuration says',
        says: 'A channel follows nobody to another address, reads no answer without an end, and shows its token in no error.',
        tests: [part('integrations', 'test/http-notifiers')],
        except: 'Addresses within the own network are allowed: whoever may write the configuration may name them.',
      },
      {
        id: 'S-13',
        name: 'What runs as root does a closed list of things',
        says: 'The privileged program knows its peer from the kernel, does only what a policy of root names, and writes down each request before it acts. Another user, a repeated, broken, oversized or endless message gets nothing.',
        tests: [
          part('xpc-bridge', 'test/connection'),
          part('xpc-bridge', 'test/walls'),
          part('xpc-bridge', 'test/engine-room'),
          part('xpc-bridge', 'test/volumes'),
          part('xpc-bridge', 'test/view'),
          part('xpc-bridge', 'src/program/permit'),
          part('xpc-bridge', 'src/program/rights'),
          part('xpc-bridge', 'src/protocol/frame'),
          cli('privileged'),
          cli('privileged-rights'),
          cli('privileged-throttle'),
          cli('privileged-snapshots'),
        ],
        except:
          'Without root the tests that need it are skipped, without btrfs-progs those of snapshots. launchd, LVM and ZFS were not tried.',
      },
      {
        id: 'S-23',
        name: 'A plug-in can fail alone',
        says: 'A plug-in in a process of its own that hangs, floods or dies makes an error of one operation and leaves no process. One that others may write is refused to root.',
        tests: [
          part('plugin-process', 'test/containment'),
          part('plugin-process', 'test/python'),
          part('runtime', 'src/plugins/plugins'),
          part('runtime', 'src/plugins/exposure'),
          cli('plugins'),
        ],
      },
      {
        id: 'S-17',
        name: 'A token is no guess',
        says: 'What opens the API over TCP is long, made once, read by its owner alone and can be replaced.',
        tests: ['apps/daemon/src/http/token.test.ts', daemon('access')],
      },
      {
        id: 'S-21',
        name: 'Who asks too much is cut off',
        says: 'Requests, messages and connections that are too long, too many or never end are ended, and others are served meanwhile.',
        tests: [daemon('access'), daemon('entrances'), part('xpc-bridge', 'test/connection')],
      },
      {
        id: 'S-14',
        name: 'A restore stays in its target',
        says: 'Nothing is written through a link or outside the folder that was asked for, also with an engine that would.',
        tests: [
          part('restore', 'test/hostile'),
          fault('hostile-snapshots'),
          part('restore', 'test/restores'),
          part('restore', 'test/killed'),
          cli('restore'),
        ],
      },
      {
        id: 'S-18',
        name: 'Names cannot speak to the terminal',
        says: 'Control characters in names are shown, not sent.',
        tests: ['apps/cli/src/output/printable.test.ts', cli('find')],
      },
      {
        id: 'S-22',
        name: 'A history that was changed says so',
        says: 'A record that was edited, removed or moved breaks the chain of hashes, and the reader is told.',
        tests: [part('state-store', 'test/tampering')],
        long: ['state-flips'],
        except: 'Who may write the state folder may also write a new chain: it is not anchored anywhere else.',
      },
    ],
  },
];
