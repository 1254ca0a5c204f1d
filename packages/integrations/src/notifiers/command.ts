import { statSync } from 'node:fs';
import { UmbraError, type Message, type NotifierKind } from '@umbracore/contracts';
import { runFed } from './run-fed.ts';

/** By custom, "try again later". */
const temporary = 75;

/**
 * `command`: a program that gets the text at its standard input and the rest in its environment. No shell; whoever wants one names
 * it. It starts in the home folder, as hooks do, and in the root folder where there is no home. A program that ends with 75 is tried again
 * soon, as is one that a signal ended.
 */
export function command(env: Readonly<Record<string, string | undefined>>): NotifierKind {
  return {
    kind: 'command',
    text: 'a program, with the text at its standard input and UMBRA_* in its environment',
    settings: {
      run: {
        type: 'texts',
        required: true,
        text: 'the program and its arguments, such as [/usr/local/bin/tell, me]; it starts in the home folder',
      },
      env: { type: 'map', text: 'further environment, each a text or a reference to a secret' },
    },
    async send(message, values, signal) {
      const argv = values.texts('run');
      const own = { PATH: env['PATH'] ?? '/usr/bin:/bin', HOME: env['HOME'] ?? '/', LANG: env['LANG'] ?? 'C.UTF-8' };
      const session = sessionOf(env);
      const end = await runFed(
        argv,
        { ...own, ...session, ...variablesOf(message), ...values.map('env') },
        `${message.text}\n`,
        signal,
        homeOf(env),
      );
      if (end.code === 0) return;
      const program = argv[0] ?? '';
      const how = end.code === null ? `was ended by ${end.signal}` : `ended with ${end.code}`;
      const said = end.stderr.split('\n').find((line) => line.trim() !== '');
      const text = `${program} ${how}${said === undefined ? '' : `: ${said.slice(0, 200)}`}`;
      const isPassing = end.code === temporary || end.code === null;
      throw new UmbraError(isPassing ? 'notify.unreachable' : 'notify.refused', text, {
        hint: `Run ${program} by hand and see what it says.`,
      });
    },
  };
}

function homeOf({ HOME: home }: Readonly<Record<string, string | undefined>>): string {
  try {
    return home && statSync(home).isDirectory() ? home : '/';
  } catch {
    return '/';
  }
}

/** What programs need that show something on a desktop. */
const sessionOf = (env: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  Object.fromEntries(
    ['DBUS_SESSION_BUS_ADDRESS', 'XDG_RUNTIME_DIR', 'DISPLAY', 'WAYLAND_DISPLAY'].flatMap((name) => {
      const value = env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );

function variablesOf({ id, event, severity, subject, host, notices }: Message): Record<string, string> {
  const [only] = notices.length === 1 ? notices : [];
  return {
    UMBRA_ID: id,
    UMBRA_EVENT: event,
    UMBRA_SEVERITY: severity,
    UMBRA_SUBJECT: subject,
    UMBRA_HOST: host,
    UMBRA_JOB: only?.job ?? '',
    UMBRA_REPOSITORY: only?.repository ?? '',
    UMBRA_RUN: only?.run ?? '',
  };
}
