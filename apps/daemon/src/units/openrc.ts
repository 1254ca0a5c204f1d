import {
  checkEveryMinutes,
  checkOf,
  commandOf,
  dueEveryMinutes,
  unitMark,
  type UnitFile,
  type UnitPlan,
  type UnitSpec,
} from './unit-files.ts';

/** A service script for OpenRC, and cron lines for what comes again. OpenRC has services of the system only. */
export function openrcUnits(spec: UnitSpec): UnitPlan {
  const cron = (minutes: number, command: readonly string[]): string => {
    const when = minutes === 60 ? '7 * * * *' : `*/${minutes} * * * *`;
    // In a crontab a percent sign ends the line.
    return `${when} ${spec.user} ${[...assignments(spec), ...command.map(shellWord)].join(' ').replaceAll('%', String.raw`\%`)}`;
  };
  const check = cron(checkEveryMinutes, checkOf(spec));
  const lines = spec.role === 'daemon' ? [check] : [cron(dueEveryMinutes, commandOf(spec)), check];
  const crontab: UnitFile = { path: '/etc/cron.d/umbra', text: [`# ${unitMark}`, ...lines, ''].join('\n') };
  if (spec.role === 'timer') return { files: [crontab], enable: [], disable: [], start: undefined, notes };
  return {
    files: [{ path: '/etc/init.d/umbra', text: serviceText(spec) }, crontab],
    enable: [
      ['chmod', '0755', '/etc/init.d/umbra'],
      ['rc-update', 'add', 'umbra', 'default'],
      ['rc-service', 'umbra', 'start'],
    ],
    disable: [
      ['rc-service', 'umbra', 'stop'],
      ['rc-update', 'del', 'umbra', 'default'],
    ],
    start: ['rc-service', 'umbra', 'start'],
    notes,
  };
}

const notes = ['Written by the manual of OpenRC, not tried on a machine that runs it'];

function serviceText(spec: UnitSpec): string {
  const [program = '', ...args] = commandOf(spec);
  return `#!/sbin/openrc-run
# ${unitMark}
description="UmbraCore backup daemon"
supervisor=supervise-daemon
command=${shellWord(program)}
command_args=${shellWord(args.map(shellWord).join(' '))}
command_user=${shellWord(spec.user)}
umask=0077
${assignments(spec)
  .map((line) => `export ${line}`)
  .join('\n')}

depend() {
  after net clock
}
`;
}

const assignments = ({ env }: UnitSpec): readonly string[] =>
  Object.entries(env).map(([name, value]) => `${name}=${shellWord(value)}`);

const shellWord = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
