/** A file that makes the system start UmbraCore by itself. */
export interface UnitFile {
  /** Absolute. */
  readonly path: string;
  readonly text: string;
}

/** What commands of an installation make beside files, such as a user. */
export interface UnitMade {
  /** Succeeds if it is there. */
  readonly there: readonly string[];
  /** Takes it away again, where it was not there before. */
  readonly undo: readonly (readonly string[])[];
}

/** Everything that an installation does, as a value to be looked at before anything is done. */
export interface UnitPlan {
  readonly files: readonly UnitFile[];
  /** Commands that put the files into force, in this order. */
  readonly enable: readonly (readonly string[])[];
  /** Commands that take them out of force, before the files are removed. */
  readonly disable: readonly (readonly string[])[];
  /** What `enable` makes, and what has to be undone if the installation fails. */
  readonly makes?: readonly UnitMade[];
  /** The command that starts what is installed; undefined if there is nothing that could be started by hand. */
  readonly start: readonly string[] | undefined;
  /** What a person has to know or do. */
  readonly notes: readonly string[];
}

/** What is started: the daemon, or every few minutes what is due, for people who want no daemon. */
export type UnitRole = 'daemon' | 'timer';

export interface UnitSpec {
  readonly role: UnitRole;
  /** Of one user, or of the whole machine. */
  readonly scope: 'user' | 'system';
  /** Node and the program, both absolute: whatever `PATH` says, the same ones are started again. */
  readonly program: readonly string[];
  /** What decides where it reads and writes. */
  readonly env: Readonly<Record<string, string>>;
  /** Home of the user, or of root. */
  readonly home: string;
  /** Number of the user that installs it. */
  readonly uid: number;
  /** User that a system service runs as. */
  readonly user: string;
  readonly stateDir: string;
  readonly cacheDir: string;
  /** Folders outside of both that must be writable, such as local repositories. */
  readonly writable: readonly string[];
  /** Lets a system service read every file, whoever owns it. */
  readonly readAll: boolean;
  /** Lets the engines of a system service give way to others, as a `throttle` says. */
  readonly throttles: boolean;
}

/** A user of the system and the group of the same name, as systemd-sysusers makes them. */
export const madeUser = (name: string): UnitMade => ({
  there: ['getent', 'passwd', name],
  undo: [
    ['userdel', name],
    ['groupdel', name],
  ],
});

/** Files without this mark are not ours, and are neither replaced nor removed. */
export const unitMark = 'Made by umbra; `umbra daemon uninstall` and `umbra schedule uninstall` remove it.';

/** The same for what the privileged program is started by. */
export const helperMark = 'Made by umbra; `umbra helper uninstall` removes it.';

/** Whether a file is one that was made by umbra. */
export const isOurs = (text: string): boolean => text.includes(unitMark) || text.includes(helperMark);

/** How often a timer looks for what is due, and how often somebody looks whether a job is stale. */
export const dueEveryMinutes = 5;
export const checkEveryMinutes = 60;

/** What is run for a role. */
export const commandOf = ({ role, program }: Pick<UnitSpec, 'role' | 'program'>): readonly string[] =>
  role === 'daemon' ? [...program, 'daemon', 'run'] : [...program, 'run', '--due', '--no-input', '--progress', 'none'];

/** What is run beside it, so that a stale job is seen also if the daemon is dead. */
export const checkOf = ({ program }: Pick<UnitSpec, 'program'>): readonly string[] => [...program, 'status', '--check'];
