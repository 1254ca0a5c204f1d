import type { SecretReference } from '@umbracore/contracts';
import { timestamp } from '../documents/timestamp.ts';
import { engineOf } from './engine.ts';
import { kitCommands, type KitPurpose } from './commands.ts';
import type { KitFacts, KitJob, KitSeries } from './facts.ts';
import { indent, pageWidth } from './shell.ts';
import { visible } from './visible.ts';
import { wrapped } from './wrap.ts';

/** The page that is printed: plain text of 78 columns, for somebody who has the engine and nothing of ours. */
export function kitText(facts: KitFacts): string {
  const commands = new Map(kitCommands(facts).map(({ purpose, lines }) => [purpose, lines]));
  const engine = engineOf(facts);
  const titles = stepTitles.filter(([purpose]) => commands.has(purpose));
  const steps = titles.flatMap(([purpose, title, prose], index) =>
    section(index + firstStep, title, [
      ...wrapped(prose(facts)),
      '',
      ...(commands.get(purpose) ?? []).map((line) => `${indent}${line}`),
    ]),
  );
  const lines = [
    ...heading(facts),
    ...section(1, 'What it is', whatItIs(facts)),
    ...section(2, 'Where it is', whereItIs(facts)),
    ...section(3, 'Where its password is', whereThePasswordIs(facts)),
    ...section(4, `How to get ${engine.program}`, wrapped(engine.howToGet(facts))),
    ...steps,
    ...section(firstStep + titles.length, 'This page', aboutThisPage(facts)),
  ];
  return `${lines.join('\n')}\n`;
}

const firstStep = 5;

type Step = readonly [KitPurpose, string, (facts: KitFacts) => string];

const stepTitles: readonly Step[] = [
  ['set-up', 'Set up the shell', (facts) => setUpText(facts)],
  ['list', 'See what is there', () => 'All snapshots, and the files of the newest one:'],
  ['restore', 'Restore everything', (facts) => engineOf(facts).restoreText(facts)],
  [
    'restore-path',
    'Restore one file or folder',
    (facts) => `Put its path after WANTED, as section 6 lists it, ${engineOf(facts).pathText}.${ofAnotherJob(facts)}`,
  ],
  [
    'dump',
    'Write out one file',
    (facts) => `Put its path after FILE; its content goes to the file restored-file here.${ofAnotherJob(facts)}`,
  ],
  [
    'mount',
    'Look around in all snapshots as folders',
    () =>
      'Where the system has FUSE (Linux, FreeBSD, macOS with macFUSE). They are there as long as the command runs; ' +
      'Ctrl-C ends it:',
  ],
  [
    'check',
    'Check the repository',
    () => 'First its structure, then every byte, which takes as long as reading it all:',
  ],
  [
    'key',
    'Keep a copy of its key',
    () =>
      'Nobody opens it without the key, which is inside the repository, encrypted with the password. A copy of it is worth ' +
      'having where the repository is not; `key import` puts it back:',
  ],
];

function section(number: number, title: string, lines: readonly string[]): readonly string[] {
  return ['', `${number}. ${title.toUpperCase()}`, '', ...lines];
}

function heading(facts: KitFacts): readonly string[] {
  const { repository, password } = facts;
  const rule = '='.repeat(pageWidth);
  const warning = [
    '',
    '!'.repeat(pageWidth),
    ...wrapped(
      'THIS PAGE HOLDS THE PASSWORD. Who has it and can reach the repository can read everything in it. Keep it where ' +
        'you keep passports and deeds, not on this computer.',
      '!! ',
    ),
    '!'.repeat(pageWidth),
  ];
  return [
    rule,
    ...wrapped(`EMERGENCY KIT of the backup repository "${visible(repository)}"`),
    rule,
    ...(password.value === null ? [] : warning),
    '',
    ...wrapped(
      `With this page, the repository and its password everything can be restored on any computer that has ${engineOf(facts).program}. ` +
        'Nothing else is needed: no umbra, and none of its files.',
    ),
    '',
    ...wrapped(
      'Lines that begin with four blanks are commands for a POSIX shell (sh), to be typed as they are. A value that is ' +
        'too long for a line goes on in the next one after a backslash; in commands it is gathered in a variable V.',
    ),
  ];
}

function whatItIs({ id, format, engine, jobs, series }: KitFacts): readonly string[] {
  return [
    ...wrapped(`A repository of ${engine.name}, format ${format}, with the id`),
    `  ${id}`,
    ...(jobs.length === 0 ? [] : ['', 'Jobs that work on it:', ...jobs.flatMap(jobLines)]),
    '',
    ...(series.length === 0
      ? ['It held no snapshots when this page was made.']
      : ['What it held when this page was made:', ...series.flatMap(seriesLines)]),
  ];
}

const item = (text: string): readonly string[] => wrapped(text, '- ', '  ');

const jobLines = ({ id, kind, sources }: KitJob): readonly string[] =>
  item(`${visible(id)} (${kind})${sources.length === 0 ? '' : `: ${sources.map(visible).join(', ')}`}`);

function seriesLines({ job, host, snapshots, newest }: KitSeries): readonly string[] {
  const whose = job === null ? 'of no job' : `of ${visible(job)}`;
  const count = snapshots === 1 ? '1 snapshot' : `${snapshots} snapshots`;
  const paths = newest.paths.map(visible).join(', ');
  return item(
    `${count} ${whose} from ${visible(host)}, the newest ${newest.id.slice(0, 8)} of ${timestamp(newest.time)}: ${paths}`,
  );
}

function whereItIs({ place }: KitFacts): readonly string[] {
  const { location, needs, variables, options, certificates } = place;
  return [
    ...wrapped(visible(location), '  '),
    '',
    ...needs.flatMap((need) => wrapped(need)),
    ...(variables.length === 0 ? [] : ['', 'Variables that it needs, whose values are not on this page:']),
    ...variables.flatMap(({ name, from }) =>
      item(`${visible(name)}: ${from === null ? 'a part of the address in the configuration' : keptIn(from)}`),
    ),
    ...(certificates === null
      ? []
      : ['', ...wrapped(`It needs the certificates in the file ${visible(certificates)}`)]),
    ...(options.length === 0 ? [] : ['', 'Options that it needs:', ...options.flatMap((each) => item(visible(each)))]),
  ];
}

function keptIn({ scheme, target }: SecretReference): string {
  const words = visible([target].flat().join(' '));
  switch (scheme) {
    case 'file':
      return `in the file ${words}`;
    case 'env':
      return `in the environment variable ${words}`;
    case 'command':
      return `printed by the command ${words}`;
    default:
      return `at ${visible(scheme)}:${words}`;
  }
}

function whereThePasswordIs(facts: KitFacts): readonly string[] {
  const { password, host } = facts;
  const { passwordVariable, program } = engineOf(facts);
  const { from, value } = password;
  const kept = from === null ? [] : wrapped(`On ${visible(host)} it was ${keptIn(from)}`);
  if (value !== null)
    return [
      ...wrapped(`In section 5, after ${passwordVariable}. It opened the repository when this page was made.`),
      ...kept,
    ];
  return [
    ...kept,
    '',
    ...wrapped(
      'It is not on this page. Keep it somewhere else too: without it nobody can read the repository, the authors of ' +
        `${program} and umbra included.`,
    ),
  ];
}

function setUpText(facts: KitFacts): string {
  const { password, place } = facts;
  const { passwordVariable, program } = engineOf(facts);
  const asks = `If the password is not to be found in that way, leave out the lines with ${passwordVariable}: ${program} will ask for it.`;
  const values = place.variables.some(({ from }) => from === null) ? ' Put in what is not on this page.' : '';
  return `First of all, in the shell that all other commands are typed into.${values} ${password.value === null ? asks : ''}`.trim();
}

const ofAnotherJob = ({ series: [newest] }: KitFacts): string =>
  typeof newest?.job === 'string' ? ' For the files of another job put its name after umbra-job:' : '';

function aboutThisPage({ madeAt, madeBy, host, configurationFile }: KitFacts): readonly string[] {
  const from = configurationFile === null ? '' : ` from the configuration ${visible(configurationFile)}`;
  return wrapped(
    `Made on ${timestamp(madeAt)} by umbra ${madeBy} on ${visible(host)}${from}. Make a new one when the repository ` +
      'moves, its password changes, or jobs come and go. Try it once on another computer.',
  );
}
