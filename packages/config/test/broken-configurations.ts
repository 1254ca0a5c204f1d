import { full, job, of, repositories, value, type Broken } from './broken.ts';

export const broken: readonly Broken[] = [
  of('config.unknown-key', 'misspelt top level', '⟦repositorys:\n  main: /mnt\n', 'did you mean "repositories"?', [
    'repositorys',
    'repositories',
  ]),
  of(
    'config.unknown-key',
    'misspelt job field',
    `${repositories}jobs:\n  docs:\n    ⟦souces: [~/a]\n`,
    'did you mean "sources"?',
    ['souces', 'sources'],
  ),
  of('config.unknown-key', 'unknown job field', job('⟦xylophone: 3'), 'remove it, or use one of:', [
    'xylophone: 3',
    '',
  ]),
  of('config.unknown-key', 'swapped letters', job('⟦shcedule: manual'), 'did you mean "schedule"?', [
    'shcedule',
    'schedule',
  ]),
  of('config.unknown-key', 'wrong case', job('⟦Tags: [a]'), 'did you mean "tags"?', ['Tags', 'tags']),
  of(
    'config.unknown-key',
    'in a source',
    `${repositories}jobs:\n  docs:\n    sources: [{ path: a, ⟦requird: false }]\n`,
    'did you mean "required"?',
    ['requird', 'required'],
  ),
  of('config.unknown-key', 'in retry', job('retry: { ⟦attempts: 3 }'), 'did you mean "maxAttempts"?', [
    'attempts',
    'maxAttempts',
  ]),
  of('config.unknown-key', 'in verify', job('verify: { ⟦afterbackups: full }'), 'did you mean "afterBackup"?', [
    'afterbackups',
    'afterBackup',
  ]),
  of('config.unknown-key', 'in limits', job('limits:\n      ⟦uplaod: 1MiB/s'), 'did you mean "upload"?', [
    'uplaod',
    'upload',
  ]),
  of(
    'config.unknown-key',
    'in a schedule',
    job('schedule: { frequency: daily, ⟦preferedTime: 02:00 }'),
    'did you mean "preferredTime"?',
    ['preferedTime', 'preferredTime'],
  ),
  of('config.unknown-key', 'in a repository', full('⟦packsize: 32MiB'), 'did you mean "packSize"?', [
    'packsize',
    'packSize',
  ]),
  of(
    'config.unknown-key',
    'in a profile',
    `${repositories}profiles:\n  slow:\n    ⟦limit: { upload: 1MiB/s }\n`,
    'did you mean "limits"?',
    ['limit:', 'limits:'],
  ),
  of('config.unknown-key', 'in defaults', `${repositories}defaults:\n  ⟦exclude: [a]\n`, 'did you mean "excludes"?', [
    'exclude:',
    'excludes:',
  ]),
  of('config.unknown-key', 'sources outside a job', `${repositories}⟦sources: ~/a\n`, 'write it in a job', [
    'sources: ~/a',
    '',
  ]),
  of(
    'config.unknown-key',
    'reserved key',
    `${repositories}jobs:\n  docs:\n    sources: a\n    ⟦__proto__: { enabled: false }\n`,
    'choose another name',
    ['__proto__: { enabled: false }', ''],
  ),
  of(
    'config.unknown-key',
    'reserved id',
    `${repositories}jobs:\n  ⟦__proto__: { sources: a }\n`,
    'choose another name',
    ['__proto__', 'proto'],
  ),
  of(
    'config.unknown-key',
    'merge key',
    `${repositories}jobs:\n  a: &a { sources: a }\n  b:\n    ⟦<<: *a\n    sources: b\n`,
    'remove it',
    ['<<: *a\n    ', ''],
  ),

  value('duration without unit', job('stallTimeout: ⟦30'), 'write a whole number with a unit', [
    'stallTimeout: 30',
    'stallTimeout: 30m',
  ]),
  value('duration with a strange unit', job('maxRuntime: ⟦4 hours'), 'such as 90s, 15m, 36h or 30d', ['4 hours', '4h']),
  value('duration in retry', job('retry:\n      initialDelay: ⟦soon'), 'such as 90s', ['soon', '90s']),
  value('fraction of a duration', job('maxRuntime: ⟦1.5h'), 'whole number', ['1.5h', '1h30m']),
  value('size without unit', full('packSize: ⟦32'), 'such as 32MiB', ['packSize: 32', 'packSize: 32MiB']),
  value('size with a strange unit', full('packSize: ⟦32 megs'), 'such as 32MiB', ['32 megs', '32MiB']),
  value('rate without time', job('limits: { upload: ⟦20MiB }'), 'such as 20MiB/s', ['20MiB', '20MiB/s']),
  value('rate as a number', full('limits: { download: ⟦1000 }'), 'such as 20MiB/s', ['1000', '1000B/s']),
  value('level too high', job('compressionLevel: ⟦12'), 'write at most 9', ['12', '9']),
  value('level too low', job('compressionLevel: ⟦-1'), 'write at least 0', ['-1', '0']),
  value('level as a word', job('compressionLevel: ⟦max'), 'write a number', ['max', '9']),
  value('level with a fraction', job('compressionLevel: ⟦2.5'), 'round it', ['2.5', '3']),
  value('share above one', job('shrinkLimit: ⟦50'), 'write at most 1', ['50', '0.5']),
  value('no attempt', job('retry: { maxAttempts: ⟦0 }'), 'write at least 1', ['maxAttempts: 0', 'maxAttempts: 1']),
  value('yes for true', job('enabled: ⟦yes'), 'write true or false', ['yes', 'true']),
  value('text for a list', job('tags: ⟦important'), 'write a list', ['important', '[important]']),
  value('map for a list', job('excludes: ⟦{ a: 1 }'), 'write a list', ['{ a: 1 }', '[a]']),
  value('number for a source', `${repositories}jobs:\n  docs:\n    sources: [a, ⟦7]\n`, 'write a path', ['7', "'7'"]),
  value('no source in a list', `${repositories}jobs:\n  docs:\n    sources: ⟦[]\n`, 'add an entry', ['[]', '[~/a]']),
  value('null source', `${repositories}jobs:\n  docs:\n    ⟦sources:\n    tags: [a]\n`, 'write a path', [
    'sources:',
    'sources: ~/a',
  ]),
  value(
    'source without path',
    `${repositories}jobs:\n  docs:\n    sources:\n      - ⟦required: false\n`,
    'add "path:" to it',
    ['required: false', '{ required: false, path: a }'],
  ),
  value('job without sources', `${repositories}jobs:\n  ⟦docs: { tags: [a] }\n`, 'add "sources: PATH" to it', [
    'tags: [a]',
    'sources: a',
  ]),
  value('job is a text', `${repositories}jobs:\n  docs: ⟦~/Documents\n`, 'write a map', [
    '~/Documents',
    '{ sources: ~/Documents }',
  ]),
  value('jobs are a list', `${repositories}jobs:\n  ⟦- sources: a\n`, 'write a map', [
    '- sources: a',
    'docs: { sources: a }',
  ]),
  value('job without fields', `${repositories}jobs:\n  ⟦docs:\n`, 'write a map', ['docs:', 'docs: { sources: a }']),
  value('verify level', job('verify: { afterBackup: ⟦samples }'), 'did you mean "sample"?', ['samples', 'sample']),
  value('verify as a wrong word', job('verify: ⟦samples'), 'did you mean "sample"?', ['samples', 'sample']),
  value('orphan policy', job('orphanPolicy: ⟦kill'), 'use one of: adopt, die', ['kill', 'die']),
  value('retry type', job('retry: { type: ⟦exponentialBackof }'), 'did you mean "exponentialBackoff"?', [
    'Backof',
    'Backoff',
  ]),
  value('compression', full('compression: ⟦maximum'), 'use one of: off, auto, fastest, better, max', [
    'maximum',
    'max',
  ]),
  value('version', `version: ⟦2\n${repositories}`, 'use 1', ['version: 2', 'version: 1']),
  value('name with a space', `${repositories}jobs:\n  ⟦my job: { sources: a }\n`, 'did you mean "my-job"?', [
    'my job',
    'my-job',
  ]),
  value('name with a slash', 'repositories:\n  ⟦a/b: /mnt\n', 'did you mean "a-b"?', ['a/b', 'a-b']),
  value('name that starts with a dash', `${repositories}jobs:\n  ⟦-docs: { sources: a }\n`, 'did you mean "docs"?', [
    '-docs',
    'docs',
  ]),
  value('repository is a number', 'repositories:\n  main: ⟦5\n', 'write its location', ['5', '/mnt/5']),
  value('repository without url', 'repositories:\n  ⟦main: { compression: auto }\n', 'add "url:" to it', [
    'compression: auto',
    'url: /mnt',
  ]),
  value('password itself', full('password: ⟦hunter2'), 'env:NAME, file:PATH', ['hunter2', 'env:PASSWORD']),
  value('password of an unknown scheme', full('password: ⟦keyring:main'), 'env:NAME, file:PATH', [
    'keyring:main',
    'file:/main',
  ]),
  value('password as a number', full('password: ⟦123456'), 'env:NAME, file:PATH', ['123456', 'file:/main']),
  value('environment value itself', full('env:\n      TOKEN: ⟦abc'), 'env:NAME', ['abc', 'env:ABC']),
  value('environment name', full('env:\n      ⟦MY-TOKEN: env:T'), 'use letters, digits and "_"', [
    'MY-TOKEN',
    'MY_TOKEN',
  ]),
  value(
    'no way to choose a repository',
    'repositories: { a: /a, b: /b }\njobs:\n  ⟦docs: { sources: x }\n',
    'add "repository: a" to it',
    ['sources: x', 'sources: x, repository: a'],
  ),
  value('no repository', 'jobs:\n  ⟦docs: { sources: x }\n', 'add "repositories: { main: PATH }"', [
    'jobs:',
    'repositories: { main: /a }\njobs:',
  ]),
  value('plug-in without name', `${repositories}plugins:\n  - ⟦options: { a: 1 }\n`, 'add "use:" to it', [
    'options: { a: 1 }',
    '{ use: ./a.ts }',
  ]),
  value('time of day', job("schedule: { frequency: daily, preferredTime: ⟦'25:00' }"), "write '00:00' to '23:59'", [
    '25:00',
    '01:00',
  ]),
  value('day', job('schedule: { frequency: weekly, days: [Mon, ⟦Tues] }'), 'write Mon to Sun', ['Tues', 'Tue']),
  value('only day', job('schedule: { frequency: weekly, days: ⟦Monday }'), 'write Mon to Sun', ['Monday', 'Mon']),

  of('schedule.syntax', 'phrase', job('schedule: ⟦whenever'), 'write daily at 02:00', ['whenever', 'daily at 02:00']),
  of('schedule.time', 'time in a phrase', job('schedule: ⟦daily at 25:00'), 'write 00:00 to 23:59', ['25:00', '23:59']),
  of('schedule.syntax', 'phrase in a list', job('schedule: [manual, ⟦whenever]'), 'write daily at 02:00', [
    'whenever',
    'every 6h',
  ]),
  of('schedule.syntax', 'last word of a phrase', job("schedule: 'daily at ⟦noonish'"), 'write daily at 02:00', [
    'noonish',
    '12:00',
  ]),
  of(
    'schedule.syntax',
    'no way to say when',
    job('schedule: ⟦{ zone: Europe/London }'),
    'write one of "frequency", "cron" and "every"',
    ['{ zone', '{ every: 6h, zone'],
  ),
  of('schedule.syntax', 'two ways to say when', job('schedule: ⟦{ every: 6h, frequency: daily }'), 'write one of', [
    'every: 6h, ',
    '',
  ]),
  of('schedule.syntax', 'days without frequency', job('schedule: ⟦{ every: 6h, days: [Mon] }'), 'remove them', [
    ', days: [Mon]',
    '',
  ]),
  of('schedule.syntax', 'month day in a week', job('schedule: ⟦{ frequency: weekly, days: 3 }'), 'use Sun, Mon', [
    'days: 3',
    'days: Wed',
  ]),
  of(
    'schedule.syntax',
    'week day in a month',
    job('schedule: ⟦{ frequency: monthly, days: Mon }'),
    'write 1 to 31, last, or last Fri',
    ['days: Mon', 'days: last'],
  ),
  of('schedule.syntax', 'days of every day', job('schedule: ⟦{ frequency: daily, days: Mon }'), 'remove it', [
    ', days: Mon',
    '',
  ]),
  of('schedule.syntax', 'too often', job('schedule: { every: ⟦1s }'), 'write every 6h', ['1s', '6h']),
  of('schedule.zone', 'zone of a schedule', job('schedule: { every: 6h, zone: ⟦Mars/Base }'), 'write an IANA name', [
    'Mars/Base',
    'Europe/Paris',
  ]),
  of('schedule.zone', 'zone of all', `timezone: ⟦Europe/Londn\n${repositories}`, 'such as Europe/London', [
    'Londn',
    'London',
  ]),
  of(
    'schedule.syntax',
    'phrase in defaults',
    `${repositories}defaults:\n  schedule: ⟦whenever\njobs: { a: { sources: a } }\n`,
    'write daily at 02:00',
    ['whenever', 'manual'],
  ),

  of('config.unknown-reference', 'repository', job('repository: ⟦mian'), 'did you mean "main"?', ['mian', 'main']),
  of('config.unknown-reference', 'repository in a list', job('repository: [main, ⟦offsite]'), 'use one of: main', [
    ', offsite',
    '',
  ]),
  of('config.unknown-reference', 'profile', job('profile: ⟦laptop'), 'add it to profiles', ['profile: laptop', '']),
  of(
    'config.unknown-reference',
    'extended profile',
    `${repositories}profiles:\n  polite: { tags: [a] }\n  laptop: { extends: ⟦polit }\n`,
    'did you mean "polite"?',
    ['polit }', 'polite }'],
  ),
  of(
    'config.unknown-reference',
    'repository of defaults',
    `${repositories}defaults: { repository: ⟦nain }\n`,
    'did you mean "main"?',
    ['nain', 'main'],
  ),
  of('config.cycle', 'profile of itself', `${repositories}profiles:\n  a: { extends: ⟦a }\n`, 'remove one "extends:"', [
    'extends: a',
    '',
  ]),
  of(
    'config.cycle',
    'profiles in a circle',
    `${repositories}profiles:\n  a: { extends: b }\n  b: { extends: ⟦a }\n`,
    'remove one "extends:"',
    ['extends: a', ''],
  ),

  of('config.no-jobs', 'jobs without any', `${repositories}⟦jobs:\n`, 'add a job', ['jobs:', '']),
  of('config.no-jobs', 'empty map of jobs', `${repositories}⟦jobs: {}\n`, 'add a job, or remove the key', [
    'jobs: {}',
    '',
  ]),
  value('repositories without any', '⟦repositories:\n', 'or remove the key', ['repositories:', 'version: 1']),
  value('empty file', '⟦', 'write `repositories:`', ['', repositories]),
  value('only a comment', '⟦# nothing\n', 'run `umbra init`', ['# nothing\n', repositories]),
  value('list on top', '⟦- a\n', 'start with `repositories:`', ['- a\n', repositories]),
  value('text on top', '⟦hello\n', 'start with `repositories:`', ['hello\n', repositories]),

  of(
    'config.duplicate',
    'same key twice',
    `${repositories}jobs:\n  docs: { sources: a }\n  ⟦docs: { sources: b }\n`,
    'remove one of the two, or rename it',
    ['docs: { sources: b }', 'more: { sources: b }'],
  ),
  of(
    'config.duplicate',
    'same section twice',
    `${repositories}⟦repositories:\n  other: /b\n`,
    'remove one of the two',
    ['repositories:\n  other: /b\n', ''],
  ),
  of('config.syntax', 'tab', 'repositories:\n⟦\tmain: /mnt\n', 'use spaces', ['\t', '  ']),
  of('config.syntax', 'bracket', job('tags: [a, b⟦\n').trimEnd(), 'close the quote or bracket', ['[a, b', '[a, b]']),
  of('config.syntax', 'unknown tag', job('description: ⟦!shout hello'), 'remove it', ['!shout ', '']),
  of('config.syntax', 'unknown alias', job('tags: ⟦*mine'), 'quote a text that starts with *', ['*mine', "['*mine']"]),
  of('config.syntax', 'pattern without quotes', job('excludes: [⟦*.tmp]'), 'quote a text that starts with *', [
    '*.tmp',
    "'*.tmp'",
  ]),
  of('config.syntax', 'at sign', job('description: ⟦@home'), 'single quotes', ['@home', "'@home'"]),
  of('config.syntax', 'second document', `${repositories}⟦---\n${repositories}`, 'remove the line ---', [
    `---\n${repositories}`,
    '',
  ]),

  {
    ...of(
      'config.unknown-key',
      'JSON',
      '{\n  "repositories": { "main": "/mnt" },\n  ⟦"job": {}\n}\n',
      'did you mean "jobs"?',
      ['"job": {}', '"jobs": { "a": { "sources": "a" } }'],
    ),
    file: 'umbra.json',
  },
  {
    ...value(
      'JSON value',
      '{ "repositories": { "main": "/mnt" }, "jobs": { "a": { "sources": "a", "enabled": ⟦1 } } }',
      'write true or false',
      ['1 }', 'true }'],
    ),
    file: 'umbra.json',
  },
  {
    ...of(
      'config.unknown-key',
      'TOML key',
      '[repositories]\nmain = "/mnt"\n[jobs.docs]\nsources = "a"\n⟦exclude = ["b"]\n',
      'did you mean "excludes"?',
      ['exclude ', 'excludes '],
    ),
    file: 'umbra.toml',
  },
  {
    ...value(
      'TOML value',
      '[repositories]\nmain = "/mnt"\n[jobs.docs]\nsources = "a"\nretry = { maxDelay = ⟦"long" }\n',
      'such as 90s',
      ['long', '1h'],
    ),
    file: 'umbra.toml',
  },
  {
    ...of(
      'config.unknown-reference',
      'TOML item',
      'repositories.main = "/mnt"\n[jobs."docs"]\nsources = "a"\nrepository = [\n  "main", # one\n  ⟦"mian",\n]\n',
      'did you mean "main"?',
      ['mian', 'main'],
    ),
    file: 'umbra.toml',
  },
  {
    ...of(
      'config.unknown-key',
      'TOML table',
      '[repositories]\nmain = "/mnt"\n[⟦job.docs]\nsources = "a"\n',
      'did you mean "jobs"?',
      ['[job.', '[jobs.'],
    ),
    file: 'umbra.toml',
  },
  {
    ...of('config.syntax', 'TOML text', '[repositories]\nmain = ⟦/mnt\n', 'look for a quote', ['/mnt', '"/mnt"']),
    file: 'umbra.toml',
  },
];
