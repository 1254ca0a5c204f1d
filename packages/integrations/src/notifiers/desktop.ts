import { UmbraError, type Message, type NotifierKind, type Severity } from '@umbracore/contracts';
import { runFed } from './run-fed.ts';

type Env = Readonly<Record<string, string | undefined>>;

const urgencies: Readonly<Record<Severity, string>> = { info: 'low', warning: 'normal', error: 'critical' };

/** `desktop`: shown by `notify-send`, on macOS by `osascript`, in the session that umbra runs in. */
export function desktop(env: Env, platform: NodeJS.Platform = process.platform): NotifierKind {
  return {
    kind: 'desktop',
    text: 'shown on the desktop (notify-send, or osascript on macOS)',
    settings: {},
    async send(message, _values, signal) {
      const argv = platform === 'darwin' ? osascript(message) : notifySend(message);
      const own = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
      const { code, stderr } = await runFed(argv, Object.fromEntries(own), '', signal);
      if (code === 0) return;
      const said = stderr.trim().split('\n')[0] ?? '';
      // Nobody is logged in: later somebody may be.
      throw new UmbraError('notify.unreachable', `${argv[0]} failed${said === '' ? '' : `: ${said}`}`, {
        hint: 'It needs a desktop session: run the daemon as the user who is logged in there.',
      });
    },
  };
}

const notifySend = ({ subject, text, severity }: Message): readonly string[] => [
  'notify-send',
  `--urgency=${urgencies[severity]}`,
  '--app-name=umbra',
  '--',
  subject,
  // The body is markup there.
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
];

const osascript = ({ subject, text }: Message): readonly string[] => [
  'osascript',
  '-e',
  'on run argv',
  '-e',
  'display notification (item 2 of argv) with title (item 1 of argv)',
  '-e',
  'end run',
  subject,
  text,
];
