import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { nameForm, reasonOf, UmbraError } from '@umbracore/contracts';
import type { InitFlags } from '../commands/init.ts';
import { calendar } from '../doors/configuration.ts';
import { askText } from '../prompt/prompt.ts';
import type { Session } from '../session.ts';

/** Everything `init` has to know. */
export interface Answers {
  readonly name: string;
  readonly location: string;
  readonly backend: 'restic' | 'borg';
  readonly sources: readonly string[];
  /** A phrase; undefined for by hand only. */
  readonly schedule: string | undefined;
}

const defaultSchedule = 'daily at 02:00';

/** From the flags; what is missing is asked for. Throws `usage.*`, `source.missing`, `schedule.*`. */
export async function collectAnswers(session: Session, given: string | undefined, flags: InitFlags): Promise<Answers> {
  const sources = flags.source ?? [await askSource(session)];
  const { backend = 'restic' } = flags;
  const location = given ?? (await askLocation(session, backend));
  const schedule =
    flags.schedule ?? (session.canPrompt && session.globals.yes !== true ? await askSchedule(session) : undefined);
  if (schedule !== undefined) calendar.parse(schedule, zone());
  return {
    name: nameFor(flags.name, location),
    location: absolute(session, location, backend),
    backend,
    sources: sources.map((source) => existing(session, source)),
    schedule: schedule === 'manual' ? undefined : schedule,
  };
}

const zone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

function askSource(session: Session): Promise<string> {
  const documents = join(homedir(), 'Documents');
  return askText(session, {
    message: 'Protect what?',
    flag: '--source',
    initial: existsSync(documents) ? documents : homedir(),
    validate: (path) => (existsSync(expand(session, path)) ? undefined : `There is no ${path}.`),
  });
}

const askLocation = (session: Session, backend: Answers['backend']): Promise<string> =>
  askText(session, {
    message: `Keep it where? A folder on another disk, or ${backend === 'borg' ? 'ssh://USER@HOST/PATH' : 'sftp:, s3:, rest: …'}`,
    flag: 'LOCATION',
    validate: (text) => (text.trim() === '' ? 'Give a folder or an address.' : undefined),
  });

const askSchedule = (session: Session): Promise<string> =>
  askText(session, {
    message: 'When?',
    flag: '--schedule',
    initial: defaultSchedule,
    validate(text) {
      try {
        calendar.parse(text, zone());
        return undefined;
      } catch (error) {
        return reasonOf(error);
      }
    },
  });

/** The shell leaves `~` alone in quotes and behind `=`. */
const expand = ({ cwd, home }: Session, path: string): string =>
  path === '~' || path.startsWith('~/') ? join(home, path.slice(1)) : resolve(cwd, path);

/** Addresses such as `sftp:host:/folder` stay as they are; for borg, whatever has a colon before its first slash. */
function absolute(session: Session, location: string, backend: Answers['backend']): string {
  const isAddress = backend === 'borg' ? /^[^/:]+:.+/ : /^[a-z][a-z0-9+.-]+:/i;
  return isAddress.test(location) ? location : expand(session, location);
}

function existing(session: Session, source: string): string {
  const path = expand(session, source);
  if (existsSync(path)) return path;
  throw new UmbraError('source.missing', `there is no ${path} to protect`, { hint: 'Correct --source.' });
}

function nameFor(given: string | undefined, location: string): string {
  if (given !== undefined && !nameForm.test(given)) {
    throw new UmbraError('usage.invalid', `"${given}" cannot be a name`, {
      hint: 'Use letters, digits, "-", "_" and ".", a letter or digit first.',
    });
  }
  const last = location.split(/[\\/:]/).findLast((part) => part !== '') ?? '';
  return given ?? (nameForm.test(last) ? last : 'main');
}
