import { full, job, of, repositories, value, type Broken } from './broken.ts';

const both = 'repositories: { home: /a, offsite: /b }\n';
const kind = (line: string): string =>
  `${repositories}jobs:\n  docs: { sources: a, repository: main }\n  it:\n    ${line}\n`;
const copy = (line: string): string => `${both}jobs:\n  docs: { sources: a, repository: home }\n  it:\n    ${line}\n`;

const rules = (line: string): string =>
  `${kind('command: [sync]')}notifications:\n  channels: { phone: { type: ntfy } }\n  rules:\n    - ${line}\n`;

/** Faults in what jobs do, and in what they share. */
export const brokenKinds: readonly Broken[] = [
  value('job of no kind', `${repositories}jobs:\n  ⟦docs: { schedule: manual }\n`, 'or one of "copy", "forget"', [
    'schedule: manual',
    'prune: true',
  ]),
  value(
    'snapshot of sources without the rights for it',
    `${repositories}jobs: { a: { sources: b, repository: main, snapshot: ⟦auto } }\n`,
    'add "privileged: true"',
    ['snapshot: auto', 'snapshot: auto, privileged: true'],
  ),
  of(
    'config.unknown-key',
    'what other programs call forget, in a backup',
    `${repositories}jobs: { a: { sources: b, repository: main, ⟦retention: { daily: 7 } } }\n`,
    'such as: tidy: { forget: { daily: 7 }, schedule: daily at 05:00 }',
    ['retention: { daily: 7 } }', '}, tidy: { forget: { daily: 7 }, repository: main, schedule: daily at 05:00 }'],
  ),
  value(
    'program beside other sources',
    `${repositories}jobs: { a: { sources: ⟦[b, { stdin: [dump], name: d }], repository: main } }\n`,
    'give it a job of its own',
    ['b, ', ''],
  ),
  value(
    'excludes of what a program writes',
    `${repositories}jobs: { a: { sources: { stdin: [dump], name: d }, repository: main, excludes: ⟦['*.tmp'] } }\n`,
    'remove it',
    [", excludes: ['*.tmp']", ''],
  ),
  value(
    'program with more rights',
    `${repositories}jobs: { a: { sources: ⟦{ stdin: [dump], name: d }, repository: main, privileged: true } }\n`,
    'remove "privileged: true"',
    [', privileged: true', ''],
  ),
  value(
    'program without a name for what it writes',
    `${repositories}jobs: { a: { ⟦sources: { stdin: [dump] }, repository: main } }\n`,
    'name',
    ['[dump]', '[dump], name: d'],
  ),
  value(
    'name with a folder for what a program writes',
    `${repositories}jobs: { a: { sources: { stdin: [dump], name: ⟦d/e }, repository: main } }\n`,
    'letters, digits',
    ['d/e', 'd-e'],
  ),
  value('job of two kinds', kind('sources: a\n    ⟦prune: true'), 'keep one of them', ['sources: a\n    ', '']),
  value('job of two kinds, the other way round', kind('check: true\n    ⟦sources: a'), 'keep one of them', [
    '\n    sources: a',
    '',
  ]),
  value(
    'profile of two kinds',
    `${repositories}profiles:\n  p:\n    check: true\n    ⟦prune: true\njobs: { a: { profile: p } }\n`,
    'keep one of them',
    ['check: true\n    ', ''],
  ),
  value('rule that tells nothing', rules('⟦{ to: phone }'), 'add "on:', ['{ to: phone }', '{ on: failed, to: phone }']),
  of(
    'config.unknown-reference',
    'rule for an unknown channel',
    rules('{ on: failed, to: ⟦phon }'),
    'did you mean "phone"?',
    ['phon }', 'phone }'],
  ),
  of(
    'config.unknown-reference',
    'rule for an unknown job',
    rules('{ on: failed, jobs: [docs, ⟦its], to: phone }'),
    'did you mean "it"?',
    ['its', 'it'],
  ),
  value('rule for an unknown event', rules('{ on: ⟦fialed, to: phone }'), 'failed', ['fialed', 'failed']),
  value('hook that runs nothing', kind('command: [sync]\n    hooks: { before: ⟦{ timeout: 1m } }'), 'run: [program', [
    '{ timeout: 1m }',
    '{ run: [a], timeout: 1m }',
  ]),
  value(
    'hook that is two',
    kind('command: [sync]\n    hooks: { before: ⟦{ run: [a], use: zfs } }'),
    'make two hooks of it',
    [', use: zfs', ''],
  ),
  value(
    'hook of a plug-in with a folder',
    kind('command: [sync]\n    hooks: { before: ⟦{ use: zfs, options: tank, cwd: /srv } }'),
    'remove it',
    [', cwd: /srv', ''],
  ),
  value(
    'hook of a program with options',
    kind('command: [sync]\n    hooks: { before: ⟦{ run: [a], options: tank } }'),
    'remove it',
    [', options: tank', ''],
  ),
  value(
    'hook behind that would stop something',
    kind('command: [sync]\n    hooks: { finally: ⟦{ run: [a], onFailure: skip } }'),
    'remove it',
    [', onFailure: skip', ''],
  ),
  value('excludes of a command', kind("command: [sync]\n    ⟦excludes: ['*.tmp']"), 'remove it', [
    "excludes: ['*.tmp']",
    '',
  ]),
  value('repository of a command', kind('command: [sync]\n    ⟦repository: main'), 'remove it', [
    '    repository: main\n',
    '',
  ]),
  value('verify of a prune', kind('prune: true\n    ⟦verify: { afterBackup: full }'), 'remove it', [
    'verify: { afterBackup: full }',
    '',
  ]),
  value('shrinkLimit of a check', kind('check: true\n    ⟦shrinkLimit: 0.1'), 'remove it', ['shrinkLimit: 0.1', '']),
  value('base of an incremental job', kind('sources: a\n    base: ⟦{ every: 7d }'), 'add "strategy: differential"', [
    'base:',
    'strategy: differential\n    base:',
  ]),
  value('skipping of a full job', kind('sources: a\n    strategy: full\n    skipIfUnchanged: ⟦true'), 'remove it', [
    'skipIfUnchanged: true',
    '',
  ]),
  value('compression of a copy', copy('copy: { from: home }\n    ⟦compressionLevel: 3'), 'remove it', [
    'compressionLevel: 3',
    '',
  ]),
  of('config.unknown-key', 'misspelt kind', `${repositories}jobs:\n  it: { ⟦forgt: { daily: 7 } }\n`, '"forget"', [
    'forgt',
    'forget',
  ]),

  of(
    'config.unknown-reference',
    'a chunker of an unknown one',
    `repositories:\n  home: /a\n  offsite: { url: /b, sameChunkerAs: ⟦hme }\njobs: { docs: { sources: a, repository: home } }\n`,
    'did you mean "home"?',
    ['hme', 'home'],
  ),
  value('copy from nowhere', copy('⟦copy: { to: offsite }'), 'add "from:" to it', ['to:', 'from: home, to:']),
  value('copy as a word', copy('copy: ⟦offsite'), 'write { from: REPOSITORY', [
    'copy: offsite',
    'copy: { from: home }',
  ]),
  of('config.unknown-reference', 'copy from an unknown one', copy('copy: { from: ⟦hme }'), 'did you mean "home"?', [
    'hme',
    'home',
  ]),
  of(
    'config.unknown-reference',
    'copy to an unknown one',
    copy('copy: { from: home, to: [⟦ofsite] }'),
    'did you mean "offsite"?',
    ['ofsite', 'offsite'],
  ),
  of('config.unknown-reference', 'copy of an unknown job', copy('copy: { from: home, jobs: [⟦doc] }'), '"docs"?', [
    '[doc]',
    '[docs]',
  ]),
  value('copy of a job without snapshots', copy('copy: { from: home, jobs: ⟦it }'), 'name a job with sources', [
    'jobs: it',
    'jobs: docs',
  ]),
  value('copy onto itself', copy('copy: { from: home, to: [offsite, ⟦home] }'), 'name another repository', [
    ', home]',
    ']',
  ]),
  value('copy onto its repository', copy('copy: { from: home }\n    repository: ⟦home'), 'name another', [
    'repository: home\n',
    '\n',
  ]),
  value('copy to two places', copy('copy: { from: home, to: offsite }\n    ⟦repository: offsite'), 'keep one', [
    'repository: offsite',
    '',
  ]),
  value('copy to nowhere', kind('copy: { from: main }').replace('  it:', '  ⟦it:'), 'add another one to', [
    'main: /mnt/backup',
    'main: /mnt/backup\n  other: /b',
  ]),
  value(
    'copy to one of many',
    'repositories: { a: /a, b: /b, c: /c }\njobs:\n  ⟦it: { copy: { from: a } }\n',
    'add "to: b" to its "copy"',
    ['from: a', 'from: a, to: b'],
  ),

  value('forget without a rule', kind('forget: ⟦{ minimum: 3 }'), 'add a rule, such as "daily: 7"', [
    'minimum',
    'last',
  ]),
  value('forget with rules of none', kind('forget: ⟦{ daily: 0, last: 0 }'), 'add a rule', ['daily: 0', 'daily: 7']),
  value('forget as a word', kind('forget: ⟦daily'), 'write { daily: 7', ['daily', '{ daily: 7 }']),
  value('forget to the last one', kind('forget: { daily: 7, minimum: ⟦0 }'), 'write at least 1', [
    'minimum: 0',
    'minimum: 1',
  ]),
  of('config.unknown-key', 'rule of a forget', kind('forget: { ⟦dayly: 7 }'), 'did you mean "daily"?', [
    'dayly',
    'daily',
  ]),
  of('schedule.zone', 'zone of a forget', kind('forget: { daily: 7, zone: ⟦Europe/Londn }'), 'write an IANA name', [
    'Londn',
    'London',
  ]),
  of('config.unknown-reference', 'forget of an unknown job', kind('forget: { last: 3, jobs: ⟦dcos }'), '"docs"?', [
    'dcos',
    'docs',
  ]),
  value('no prune', kind('prune: ⟦false'), 'write prune: true', ['false', 'true']),
  value('no check', kind('check: ⟦false'), 'write check: true', ['false', 'true']),
  value('part of a check', kind('check: { read: ⟦5 }'), 'such as 5%', ['read: 5', 'read: 5%']),
  value('more than all', kind('check: { read: ⟦101% }'), 'write 0% to 100%', ['101%', '100%']),
  value('deadline without a budget', kind('check: { ⟦readAll: { within: 30d } }'), 'add "perDay:"', [
    '{ within: 30d }',
    '{ within: 30d, perDay: 2GiB }',
  ]),
  value('budget of nothing', kind('check: { readAll: { within: 30d, perDay: ⟦0GiB } }'), 'such as 32MiB', [
    '0GiB',
    '2GiB',
  ]),
  value('no drill', kind('drill: ⟦false'), 'write drill: true', ['false', 'true']),
  value('drill of no file', kind('drill: { files: ⟦0 }'), 'write at least 1', ['files: 0', 'files: 5']),
  value('drill without a unit', kind('drill: { maxSize: ⟦200 }'), 'such as 32MiB', ['200', '200MiB']),
  of('config.unknown-key', 'misspelt part of a drill', kind('drill: { ⟦canarie: a }'), '"canaries"', [
    'canarie',
    'canaries',
  ]),
  of('config.unknown-reference', 'drill of an unknown job', kind('drill: { jobs: [⟦dcos] }'), '"docs"?', [
    'dcos',
    'docs',
  ]),
  value('excludes of a drill', kind("drill: true\n    ⟦excludes: ['*.tmp']"), 'remove it', ["excludes: ['*.tmp']", '']),
  value('command as a text', kind('command: ⟦systemctl restart app'), 'write a list, such as [program, argument]', [
    'systemctl restart app',
    '[systemctl, restart, app]',
  ]),
  value('command without words', kind('command: ⟦[]'), 'add an entry', ['[]', '[sync]']),
  value('command without name', kind("command: ⟦['', a]"), 'write [program, argument]', ["''", 'sync']),
  value('argument that is a number', kind('command: { run: [sleep, ⟦5] }'), 'quote it', ['5]', "'5']"]),
  value('command without run', kind('⟦command: { cwd: / }'), 'add "run:" to it', ['cwd', 'run: [sync], cwd']),
  value(
    'one line in place of a program, in a list of hooks',
    kind("command: [sync]\n    hooks: { before: [{ run: ⟦'echo a', onFailure: fail }] }"),
    'write [program, argument]',
    ["'echo a'", '[echo, a]'],
  ),
  of(
    'config.unknown-key',
    'maps that are to be merged, in a job',
    `${repositories}jobs:\n  a: &a { sources: b, tags: [c] }\n  d: { ⟦<<: *a, sources: e }\n`,
    'write what jobs share into a profile',
    ['<<: *a, ', 'tags: [c], '],
  ),
  of(
    'config.unknown-key',
    'maps that are to be merged, elsewhere',
    'repositories:\n  main: &main { url: /a, concurrency: 2 }\n  other: { ⟦<<: *main, url: /b }\n',
    'write its keys out',
    ['<<: *main', 'concurrency: 2'],
  ),
  value('environment of a command', kind('command: { run: [a], env: { A: ⟦b } }'), 'env:NAME', ['A: b', 'A: env:B']),
  value('code that is none', kind('command: { run: [a], warningCodes: [⟦0] }'), 'write at least 1', ['[0]', '[1]']),
  value('code for later', kind('command: { run: [a], warningCodes: [3, ⟦75] }'), 'use another exit code', [', 75', '']),

  of('config.unknown-reference', 'unknown resource', `resources: { uplink: 1 }\n${job('uses: [⟦uplnk]')}`, '"uplink"', [
    'uplnk',
    'uplink',
  ]),
  of('config.unknown-reference', 'resource of nobody', job('uses: [⟦uplink]'), 'add it to resources', [
    'uplink',
    'repository:main',
  ]),
  of(
    'config.unknown-reference',
    'unknown resource in a map',
    `resources: { uplink: 1 }\n${job('uses: { ⟦uplinks: 1 }')}`,
    'did you mean "uplink"?',
    ['uplinks', 'uplink'],
  ),
  value('more than there is', `resources: { disk: 2 }\n${job('uses: { disk: ⟦3 }')}`, 'write at most 2, or all', [
    '3 }',
    'all }',
  ]),
  value('none of a resource', `resources: { disk: 2 }\n${job('uses: { disk: ⟦0 }')}`, 'write at least 1', [
    'disk: 0',
    'disk: 1',
  ]),
  value('resource without room', `resources: { disk: ⟦0 }\n${repositories}`, 'write at least 1', ['0 }', '1 }']),
  value('repository without room', full('concurrency: ⟦0'), 'write at least 1', ['concurrency: 0', 'concurrency: 1']),
];
