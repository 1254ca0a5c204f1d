// Which faults are made on purpose, with which injectors, and which tests would fail if what is promised did not hold.

const cli = (name) => `apps/cli/test/${name}.test.ts`;
const fault = (name) => cli(`faults/${name}`);
const core = (name) => `packages/coordinator-core/${name}.test.ts`;
const part = (name, file) => `packages/${name}/${file}.test.ts`;
const state = (name) => part('state-store', `test/${name}`);

/**
 * @typedef {object} Fault
 * @property {string} id
 * @property {string} what
 * @property {readonly import('./injectors/injectors.ts').InjectorName[]} injectors
 * @property {readonly string[]} tests Files; none if nothing proves it
 * @property {readonly string[]} [long] Suites of `npm run test:faults`
 * @property {readonly string[]} promises What has to hold
 * @property {string} [except] What is not tried
 */

/** @type {readonly Fault[]} */
export const faults = [
  {
    id: 'F-1',
    what: 'The coordinator or the daemon is killed around each statement to the state, and at calls of the kernel within them',
    injectors: ['kill', 'strace'],
    tests: [
      fault('crash-at-statements'),
      fault('crash-at-slots'),
      fault('crash-at-nodes'),
      state('crash-points'),
      core('test/crash-sweep'),
      core('test/crash-sweep-kinds'),
    ],
    long: ['kills', 'state-kills'],
    promises: ['P-1', 'P-6', 'P-7', 'P-12', 'P-25'],
  },
  {
    id: 'F-2',
    what: 'The disk under the state keeps writes that were not synced in part, torn or out of order',
    injectors: ['images'],
    tests: [state('disk-images')],
    long: ['disk-images'],
    promises: ['P-1', 'P-6', 'P-12', 'P-24'],
  },
  {
    id: 'F-3',
    what: 'The power of the state’s disk is cut',
    injectors: ['power', 'frozen'],
    tests: [state('power-cuts')],
    long: ['power-cuts'],
    promises: ['P-1', 'P-6', 'P-12'],
  },
  {
    id: 'F-4',
    what: 'The engine is killed or crashes at any moment',
    injectors: ['kill'],
    tests: [fault('crash-at-moments'), fault('processes'), part('engine-process', 'test/supervised'), cli('restore')],
    long: ['kills'],
    promises: ['P-10', 'P-11', 'P-14'],
  },
  {
    id: 'F-5',
    what: 'A shim, ssh, a hook, a plug-in or the privileged program is killed',
    injectors: ['kill', 'proxy'],
    tests: [
      fault('processes'),
      fault('network'),
      part('engine-process', 'test/deaths'),
      cli('hooks'),
      part('plugin-process', 'test/containment'),
    ],
    promises: ['P-9', 'P-10', 'P-30'],
  },
  {
    id: 'F-6',
    what: 'A daemon, a shim, an engine or the machine stands still for seconds to days',
    injectors: ['frozen', 'freezer', 'clock'],
    tests: [
      fault('clock'),
      fault('throttle'),
      part('engine-process', 'test/slow-shim'),
      part('engine-process', 'test/throttle'),
      core('src/watchdog'),
      core('test/dispatch-model'),
    ],
    long: ['dispatching'],
    promises: ['P-1', 'P-3', 'P-8', 'P-21'],
    except: 'A real suspend was not tried.',
  },
  {
    id: 'F-7',
    what: 'The wall clock is set, ahead or back, by seconds to years',
    injectors: ['clock', 'model'],
    tests: [fault('clock'), core('test/dispatch-model'), core('test/dispatcher'), core('src/dispatch/time')],
    long: ['dispatching'],
    promises: ['P-1', 'P-3', 'P-20', 'P-22'],
  },
  {
    id: 'F-8',
    what: 'Clocks change in every zone, and the rules of a zone change',
    injectors: ['model'],
    tests: [
      part('scheduler', 'test/clock-changes.property'),
      part('scheduler', 'test/calendar.property'),
      part('scheduler', 'test/starts.property'),
      part('scheduler', 'test/timetable.property'),
    ],
    long: ['calendar'],
    promises: ['P-4', 'P-5'],
  },
  {
    id: 'F-9',
    what: 'A disk is full: of the state, the cache, temporary files, the repository, what is restored to, or the answer',
    injectors: ['disks', 'faulty', 'calls', 'model'],
    tests: [
      fault('state'),
      fault('daemon-state'),
      fault('repository'),
      fault('failing-disk'),
      fault('full-output'),
      state('failing-writes'),
      part('restore', 'test/hostile'),
      part('restic-adapter', 'src/exit-codes'),
    ],
    long: ['failing-disks'],
    promises: ['P-6', 'P-23', 'P-26'],
  },
  {
    id: 'F-10',
    what: 'State, sources or repository answer with errors, are read-only or forbidden',
    injectors: ['calls', 'faulty', 'disks', 'scripts'],
    tests: [
      state('failing-writes'),
      state('degraded'),
      fault('state'),
      fault('sources'),
      fault('failing-disk'),
      part('restic-adapter', 'src/exit-codes'),
      part('restic-adapter', 'test/unreadable'),
    ],
    long: ['state-errors', 'failing-disks'],
    promises: ['P-11', 'P-22', 'P-23'],
  },
  {
    id: 'F-11',
    what: 'Bytes of the state are flipped, cut, overwritten or removed',
    injectors: ['harms'],
    tests: [state('tampering'), state('degraded'), fault('state')],
    long: ['state-flips'],
    promises: ['P-23', 'P-24', 'S-22'],
  },
  {
    id: 'F-12',
    what: 'Files of a repository are flipped, cut, emptied, exchanged or gone',
    injectors: ['harms'],
    tests: [
      part('restic-reader', 'test/faults'),
      part('runtime', 'test/paced-checks'),
      part('runtime', 'test/mend'),
      part('runtime', 'test/drills'),
      part('restic-adapter', 'test/repair'),
      core('src/work/known-damage'),
    ],
    long: ['repository-flips'],
    promises: ['P-17', 'P-32'],
  },
  {
    id: 'F-13',
    what: 'The way to a repository is refused, cut, mute, half open or wrong',
    injectors: ['proxy', 'scripts'],
    tests: [
      fault('network'),
      fault('unreachable'),
      part('restic-adapter', 'test/servers/servers'),
      part('restic-adapter', 'src/reach'),
      part('restic-adapter', 'src/exit-codes'),
    ],
    long: ['network'],
    promises: ['P-14', 'P-21', 'P-22'],
    except:
      'What a certificate that has run out makes restic say stands in a table. Lines of a few bytes a second were not tried.',
  },
  {
    id: 'F-14',
    what: 'A store that several machines share is restarted, cut off or behind',
    injectors: [],
    tests: [],
    promises: ['P-1', 'P-8'],
    except: 'There is no such store: each machine has its own.',
  },
  {
    id: 'F-15',
    what: 'A lock was left by somebody dead, elsewhere, of the future, or whose number another one has',
    injectors: ['locks', 'kill', 'clock'],
    tests: [
      fault('planted-locks'),
      part('repository-manager', 'src/lock-verdict'),
      fault('repository'),
      fault('clock'),
    ],
    promises: ['P-14'],
  },
  {
    id: 'F-16',
    what: 'Several work on a repository at the same time',
    injectors: ['model', 'scripts'],
    tests: [core('src/dispatch/admit'), core('test/every-kind'), fault('repository'), fault('processes')],
    long: ['walks'],
    promises: ['P-15', 'P-17'],
    except: 'The walk over a real repository is by one coordinator’s state on one machine.',
  },
  {
    id: 'F-17',
    what: 'There are too few descriptors, processes or bytes of memory',
    injectors: ['limits'],
    tests: [fault('limits'), part('restic-adapter', 'src/exit-codes')],
    promises: ['P-21', 'P-22'],
    except: 'The number of processes was not limited: root is not, and no test takes another user for it.',
  },
  {
    id: 'F-18',
    what: 'An engine writes without end, or what nobody can read',
    injectors: ['scripts'],
    tests: [fault('flood'), part('engine-process', 'test/output'), part('restic-adapter', 'src/decode/decode')],
    long: ['fuzz'],
    promises: ['P-11', 'P-26', 'P-34'],
  },
  {
    id: 'F-19',
    what: 'Who reads events or output is slow, or goes away',
    injectors: ['scripts'],
    tests: [
      fault('processes'),
      part('runtime', 'src/event-stream'),
      'apps/daemon/src/events/event-ring.test.ts',
      'apps/daemon/test/entrances.test.ts',
    ],
    promises: ['P-34'],
  },
  {
    id: 'F-20',
    what: 'A source is gone, empty, unreadable, or has names of every kind',
    injectors: ['scripts'],
    tests: [fault('sources'), part('restic-adapter', 'test/unreadable'), core('src/source-guard')],
    promises: ['P-11', 'P-13', 'S-7'],
  },
  {
    id: 'F-21',
    what: 'Host, paths, tags or the name of a job change between runs',
    injectors: ['model'],
    tests: [
      part('repository-manager', 'src/forget-plan'),
      part('repository-manager', 'test/forget-differential'),
      part('runtime', 'test/strategies'),
    ],
    long: ['forget-plans'],
    promises: ['P-16', 'P-17', 'P-18'],
  },
  {
    id: 'F-22',
    what: 'A configuration is broken, half written, hostile, or replaced while it is read',
    injectors: ['scripts'],
    tests: [
      fault('configuration'),
      cli('daemon/reload'),
      part('config', 'test/hostile-text'),
      part('config', 'test/broken-configurations'),
      part('config', 'test/edit-file'),
    ],
    long: ['fuzz'],
    promises: ['P-33'],
  },
  {
    id: 'F-23',
    what: 'A hook hangs, fails, dies or says a secret',
    injectors: ['scripts', 'kill'],
    tests: [cli('hooks'), core('src/hooks/owed')],
    promises: ['P-30', 'P-10', 'S-4'],
  },
  {
    id: 'F-24',
    what: 'Who is to be told refuses, hangs, sends elsewhere or answers without end',
    injectors: ['scripts'],
    tests: [cli('notify'), part('integrations', 'test/http-notifiers'), part('integrations', 'test/programs')],
    promises: ['P-28', 'S-11'],
  },
  {
    id: 'F-25',
    what: 'A state of an older or a newer version is opened',
    injectors: ['harms'],
    tests: [state('upgrade'), part('state-store', 'src/migrations'), state('degraded')],
    promises: ['P-25'],
  },
  {
    id: 'F-26',
    what: 'Two daemons, or a daemon and calls of the program, share a state',
    injectors: ['kill', 'clock'],
    tests: [fault('daemon'), fault('handover'), 'apps/daemon/test/entrances.test.ts'],
    promises: ['P-1', 'P-8'],
  },
  {
    id: 'F-27',
    what: 'A restore is killed, meets links and folders in its way, has no room, or its snapshot is hostile',
    injectors: ['kill', 'hostile', 'scripts'],
    tests: [
      fault('hostile-snapshots'),
      part('restore', 'test/hostile'),
      part('restore', 'test/killed'),
      cli('restore'),
    ],
    long: ['hostile-snapshots'],
    promises: ['S-14'],
  },
  {
    id: 'F-28',
    what: 'Years pass for a thousand jobs, and one start in twenty fails',
    injectors: ['model'],
    tests: [core('test/simulated-years')],
    long: ['years'],
    promises: ['P-1', 'P-2', 'P-26'],
  },
];
