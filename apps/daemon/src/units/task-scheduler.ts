import { win32 } from 'node:path';
import { xmlText } from './markup.ts';
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

/** Tasks for the Windows Task Scheduler. Never tried on Windows by us. */
export function taskSchedulerUnits(spec: UnitSpec): UnitPlan {
  const { role, stateDir } = spec;
  const task = (name: string, command: readonly string[], trigger: string): UnitFile => ({
    path: win32.join(stateDir, 'tasks', `${name}.xml`),
    text: taskText(spec, command, trigger),
  });
  const files = [
    role === 'daemon'
      ? task('umbra', commandOf(spec), atStart(spec))
      : task('umbra-run', commandOf(spec), repeated(dueEveryMinutes)),
    task('umbra-check', checkOf(spec), repeated(checkEveryMinutes)),
  ];
  const named = files.map(({ path }) => ({ path, name: win32.basename(path, '.xml') }));
  return {
    files,
    enable: named.map(({ name, path }) => ['schtasks', '/Create', '/TN', name, '/XML', path]),
    disable: named.map(({ name }) => ['schtasks', '/Delete', '/TN', name, '/F']),
    start: ['schtasks', '/Run', '/TN', named[0]?.name ?? ''],
    notes: [
      ...Object.entries(spec.env).map(([name, value]) => `Set ${name} to ${value} for the user that it runs as`),
      'Written by the manual of the Task Scheduler, not tried on Windows',
    ],
  };
}

const atStart = ({ scope }: UnitSpec): string =>
  scope === 'system'
    ? '<BootTrigger><Enabled>true</Enabled></BootTrigger>'
    : '<LogonTrigger><Enabled>true</Enabled></LogonTrigger>';

const repeated = (minutes: number): string =>
  [
    '<TimeTrigger>',
    `<Repetition><Interval>PT${minutes}M</Interval><StopAtDurationEnd>false</StopAtDurationEnd></Repetition>`,
    '<StartBoundary>2026-01-01T00:00:00</StartBoundary><Enabled>true</Enabled>',
    '</TimeTrigger>',
  ].join('');

function taskText({ scope }: UnitSpec, [program = '', ...args]: readonly string[], trigger: string): string {
  const principal =
    scope === 'system'
      ? '<UserId>S-1-5-19</UserId><RunLevel>LeastPrivilege</RunLevel>'
      : '<LogonType>InteractiveToken</LogonType><RunLevel>LeastPrivilege</RunLevel>';
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<!-- ${unitMark} -->`,
    '<Task version="1.4" xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">',
    `  <Triggers>${trigger}</Triggers>`,
    `  <Principals><Principal id="Author">${principal}</Principal></Principals>`,
    '  <Settings>',
    '    <MultipleInstancesPolicy>IgnoreNew</MultipleInstancesPolicy>',
    '    <DisallowStartIfOnBatteries>false</DisallowStartIfOnBatteries>',
    '    <StopIfGoingOnBatteries>false</StopIfGoingOnBatteries>',
    '    <StartWhenAvailable>true</StartWhenAvailable>',
    '    <ExecutionTimeLimit>PT0S</ExecutionTimeLimit>',
    '    <Hidden>true</Hidden>',
    '    <RestartOnFailure><Interval>PT1M</Interval><Count>999</Count></RestartOnFailure>',
    '  </Settings>',
    '  <Actions Context="Author">',
    `    <Exec><Command>${xmlText(program)}</Command><Arguments>${xmlText(args.map(argument).join(' '))}</Arguments></Exec>`,
    '  </Actions>',
    '</Task>',
    '',
  ].join('\r\n');
}

/** As the C runtime of Windows splits it again. */
const argument = (word: string): string =>
  word !== '' && !/[\s"]/.test(word)
    ? word
    : `"${word.replaceAll(/(\\*)"/g, String.raw`$1$1\"`).replace(/(\\+)$/, '$1$1')}"`;
