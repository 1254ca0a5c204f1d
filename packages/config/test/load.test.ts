import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ChainJobDefinition } from '@umbracore/contracts';
import {
  configurationFiles,
  configurationFile,
  discoverConfiguration,
  emptyConfiguration,
  explainConfiguration,
  loadConfiguration,
} from '../src/index.ts';
import { Folder, reportOf, sourcesOf } from './loading.ts';

const shortest = `repositories:
  main: /mnt/backup
jobs:
  documents:
    sources: ~/Documents
    schedule: daily at 02:00
`;

test('how much is read or proven can be a word', async () => {
  using folder = new Folder();
  const look = '  look: { check: { read: all }, repository: main }\n';
  folder.write('umbra.yaml', `${shortest}    verify: full\n${look}`);
  const { jobs } = await folder.load();
  expect(jobs.get('documents')).toMatchObject({ verifyAfterBackup: 'full' });
  expect(jobs.get('look')).toMatchObject({ readPercent: 100 });
});

test('the shortest form that works', async () => {
  using folder = new Folder();
  const file = folder.write('umbra.yaml', shortest);
  const configuration = await folder.load();
  expect(configuration).toMatchObject({ file, plugins: [], timezone: 'Europe/London' });
  expect([...configuration.repositories]).toEqual([
    [
      'main',
      {
        name: 'main',
        backend: 'restic',
        location: '/mnt/backup',
        password: { scheme: 'file', target: '/state/secrets/main.password' },
        env: {},
        compression: undefined,
        packSizeBytes: undefined,
        limits: { uploadBytesPerSecond: undefined, downloadBytesPerSecond: undefined },
        lockWaitMs: 600_000,
        stallTimeoutMs: 120_000,
        options: {},
        native: true,
        quotaBytes: undefined,
        catalogBytes: 2 * 1024 ** 3,
      },
    ],
  ]);
  expect([...configuration.jobs]).toEqual([
    [
      'documents',
      {
        kind: 'backup',
        id: 'documents',
        description: '',
        enabled: true,
        sources: [{ path: '/home/me/Documents', required: true }],
        excludes: [],
        excludeIfPresent: [],
        excludeCaches: false,
        oneFileSystem: false,
        privileged: false,
        repositories: ['main'],
        tags: [],
        overlap: 'queue',
        compressionLevel: undefined,
        schedules: [{ recurrence: { type: 'manual' }, zone: 'Europe/London', text: 'daily at 02:00' }],
        retry: {
          type: 'exponentialBackoff',
          maxAttempts: 3,
          initialDelayMs: 60_000,
          maxDelayMs: 1_800_000,
          factor: 2,
          maxTotalMs: 7_200_000,
        },
        verifyAfterBackup: 'metadata',
        limits: { uploadBytesPerSecond: undefined, downloadBytesPerSecond: undefined },
        maxRuntimeMs: undefined,
        stallTimeoutMs: 1_800_000,
        strategy: 'incremental',
        skipIfUnchanged: false,
        scan: 'auto',
        shrinkLimit: 0.5,
        orphanPolicy: 'adopt',
      },
    ],
  ]);
});

test.each([
  [
    'YAML in one line',
    'umbra.yaml',
    '{ repositories: { main: /mnt/backup }, jobs: { docs: { sources: ~/Documents } } }',
  ],
  [
    'JSON',
    'umbra.json',
    '{ "repositories": { "main": "/mnt/backup" }, "jobs": { "docs": { "sources": "~/Documents" } } }',
  ],
  [
    'JSON with tabs',
    'umbra.json',
    '{\n\t"repositories": { "main": "/mnt/backup" },\n\t"jobs": { "docs": { "sources": "~/Documents" } }\n}',
  ],
  ['TOML', 'umbra.toml', 'repositories.main = "/mnt/backup"\n[jobs.docs]\nsources = "~/Documents"\n'],
  [
    'JavaScript',
    'umbra.config.js',
    'export default { repositories: { main: "/mnt/backup" }, jobs: { docs: { sources: "~/Documents" } } };',
  ],
  [
    'Windows line breaks',
    'umbra.yaml',
    'repositories:\r\n  main: /mnt/backup\r\njobs:\r\n  docs:\r\n    sources: ~/Documents\r\n',
  ],
  [
    'a byte order mark',
    'umbra.yaml',
    '\uFEFFrepositories: { main: /mnt/backup }\njobs: { docs: { sources: ~/Documents } }\n',
  ],
])('%s', async (_, name, text) => {
  using folder = new Folder();
  folder.write('package.json', '{ "type": "module" }');
  folder.write(name, text);
  const { jobs, repositories } = await folder.load(name);
  expect(jobs.get('docs')).toMatchObject({
    sources: [{ path: '/home/me/Documents', required: true }],
    repositories: ['main'],
  });
  expect(repositories.get('main')?.location).toBe('/mnt/backup');
  expect(jobs.get('docs')?.schedules.map(({ text }) => text)).toEqual(['manual']);
});

test('a typed configuration finds defineConfig where the package is not installed', async () => {
  using folder = new Folder();
  folder.write(
    'umbra.config.ts',
    `import { defineConfig } from '@umbracore/config';
export default defineConfig({ repositories: { main: 'backup' }, jobs: { docs: { sources: 'data' } } });`,
  );
  expect([...(await folder.load('umbra.config.ts')).jobs.keys()]).toEqual(['docs']);
  folder.write('other.config.ts', `import '@umbracore/not-there'; export default {};`);
  expect((await reportOf(folder, 'other.config.ts')).problems).toMatchObject([
    { code: 'config.syntax', message: expect.stringContaining('@umbracore/not-there') },
  ]);
});

test('a typed configuration is loaded as it is', async () => {
  using folder = new Folder();
  const text = (job: string): string => `const sources: string = 'data';
export default { repositories: { main: 'backup' }, jobs: { ${job}: { sources } } };`;
  folder.write('umbra.config.ts', text('one'));
  expect([...(await folder.load('umbra.config.ts')).jobs.values()]).toMatchObject([
    { id: 'one', sources: [{ path: join(folder.path, 'data') }] },
  ]);
  folder.write('umbra.config.ts', text('another'));
  expect([...(await folder.load('umbra.config.ts')).jobs.keys()]).toEqual(['another']);
  folder.write('broken.config.ts', 'throw new Error("no idea");');
  expect((await reportOf(folder, 'broken.config.ts')).problems).toMatchObject([
    { code: 'config.syntax', line: 1, frame: '' },
  ]);
  folder.write('umbra.config.mjs', 'export const a = 1;');
  expect((await reportOf(folder, 'umbra.config.mjs')).problems).toMatchObject([{ code: 'config.invalid-value' }]);
});

test('everything at once', async () => {
  using folder = new Folder();
  folder.write(
    'umbra.yaml',
    `version: 1
timezone: Europe/Paris
plugins: ['@example/tape', { use: ./tape.ts, options: { drive: 1 } }]
repositories:
  home:
    url: ./backup
    password: env:HOME_PASSWORD
    compression: auto
    packSize: 32MiB
    lockWait: 1m
    stallTimeout: 5m
    limits: { upload: 20MiB/s, download: unlimited }
    env: { AWS_SECRET_ACCESS_KEY: { command: [pass, show, s3] } }
    options: { anything: [1, 2] }
  offsite: sftp:me@host:/backup
defaults:
  tags: [all]
  excludes: [a]
  limits: { upload: 1MiB/s }
  retry: { maxAttempts: 5, maxDelay: 1h }
profiles:
  polite: { limits: { download: 2MiB/s }, excludes: [b], shrinkLimit: 0.1 }
  laptop: { extends: polite, tags: [laptop], shrinkLimit: 0.2 }
jobs:
  documents:
    profile: laptop
    sources: [docs, { path: ~/Pictures, required: false }]
    repository: [home, offsite]
    compressionLevel: 6
    verify: { afterBackup: sample }
    stallTimeout: 5m
    schedule:
      - { frequency: weekly, days: [Sun, Wed], preferredTime: '03:30', zone: Asia/Tokyo, maxRuntime: 4h }
      - every 6h
      - { frequency: monthly, days: [1, last Fri] }
      - { cron: '30 2 * * 1-5', retryStrategy: { type: fixed, initialDelay: 10s } }
`,
  );
  const { repositories, jobs, plugins, timezone } = await folder.load();
  expect(timezone).toBe('Europe/Paris');
  expect(plugins).toEqual([
    { use: '@example/tape', options: undefined },
    { use: join(folder.path, 'tape.ts'), options: { drive: 1 } },
  ]);
  expect(repositories.get('offsite')?.location).toBe('sftp:me@host:/backup');
  expect(repositories.get('home')).toMatchObject({
    location: join(folder.path, 'backup'),
    password: { scheme: 'env', target: 'HOME_PASSWORD' },
    env: { AWS_SECRET_ACCESS_KEY: { scheme: 'command', target: ['pass', 'show', 's3'] } },
    packSizeBytes: 33_554_432,
    lockWaitMs: 60_000,
    stallTimeoutMs: 300_000,
    limits: { uploadBytesPerSecond: 20_971_520, downloadBytesPerSecond: undefined },
    options: { anything: [1, 2] },
  });
  expect(jobs.get('documents')).toMatchObject({
    sources: [
      { path: join(folder.path, 'docs'), required: true },
      { path: '/home/me/Pictures', required: false },
    ],
    repositories: ['home', 'offsite'],
    tags: ['laptop'],
    excludes: ['b'],
    limits: { uploadBytesPerSecond: 1_048_576, downloadBytesPerSecond: 2_097_152 },
    retry: { type: 'fixed', maxAttempts: 5, delayMs: 10_000 },
    shrinkLimit: 0.2,
    compressionLevel: 6,
    verifyAfterBackup: 'sample',
    stallTimeoutMs: 300_000,
    maxRuntimeMs: 14_400_000,
  });
  expect(jobs.get('documents')?.schedules.map(({ text, zone }) => `${text} in ${zone}`)).toEqual([
    'weekly on Sun,Wed at 03:30 in Asia/Tokyo',
    'every 6h in Europe/Paris',
    'monthly on 1 in Europe/Paris',
    'monthly on last Fri in Europe/Paris',
    'cron: 30 2 * * 1-5 in Europe/Paris',
  ]);
});

test('every value of a job is explained by layer and line', async () => {
  using folder = new Folder();
  const file = folder.write(
    'umbra.yaml',
    `repositories: { main: /a }
defaults:
  excludes: [x]
  retry: { maxAttempts: 5 }
profiles:
  slow: { limits: { upload: 1MiB/s } }
jobs:
  docs:
    profile: slow
    sources: ~/Documents
    schedule:
      every: 6h
      retryStrategy:
        maxDelay: 1h
`,
  );
  const values = await explainConfiguration({ ...folder.options('umbra.yaml'), job: 'docs' });
  expect(values).toEqual(
    expect.arrayContaining([
      { path: 'excludes', value: ['x'], layer: 'defaults', file, line: 3 },
      { path: 'retry.maxAttempts', value: 5, layer: 'defaults', file, line: 4 },
      { path: 'limits.upload', value: '1MiB/s', layer: 'profile slow', file, line: 6 },
      { path: 'sources', value: [{ path: '/home/me/Documents', required: true }], layer: 'job', file, line: 10 },
      { path: 'retry.maxDelay', value: '1h', layer: 'job', file, line: 14 },
      { path: 'retry.factor', value: 2, layer: 'built-in', file: undefined, line: undefined },
      { path: 'repository', value: ['main'], layer: 'built-in', file: undefined, line: undefined },
    ]),
  );
  await expect(explainConfiguration({ ...folder.options('umbra.yaml'), job: 'doc' })).rejects.toMatchObject({
    code: 'usage.unknown-job',
    hint: 'did you mean "docs"?',
  });
});

test('hooks are explained in words of the configuration', async () => {
  using folder = new Folder();
  const hooks = '{ before: [{ shell: mount it, tries: 2 }, { use: zfs, options: tank }], finally: [echo, done] }';
  folder.write('umbra.yaml', `repositories: { main: /a }\njobs: { docs: { sources: x, hooks: ${hooks} } }\n`);
  const values = await explainConfiguration({ ...folder.options('umbra.yaml'), job: 'docs' });
  expect(values.filter(({ path }) => path.startsWith('hooks')).map(({ path, value }) => [path, value])).toEqual([
    [
      'hooks.before',
      [
        { run: ['sh', '-c', 'mount it'], tries: 2 },
        { use: 'zfs', options: 'tank' },
      ],
    ],
    ['hooks.finally', [{ run: ['echo', 'done'] }]],
  ]);
});

test('included files are merged in the order of their names, each relative to itself', async () => {
  using folder = new Folder();
  folder.write(
    'umbra.yaml',
    'include: ["conf.d/*", more.toml]\nrepositories: { main: /a }\njobs: { first: { sources: x } }\n',
  );
  folder.write('conf.d/20.yaml', 'jobs: { third: { sources: x } }\n');
  folder.write('conf.d/10.json', '{ "jobs": { "second": { "sources": "x" } } }');
  folder.write('more.toml', '[jobs.last]\nsources = "x"\n');
  const configuration = await folder.load();
  expect([...configuration.jobs.values()].map((job) => [job.id, sourcesOf(job)[0]?.path])).toEqual([
    ['first', join(folder.path, 'x')],
    ['second', join(folder.path, 'conf.d', 'x')],
    ['third', join(folder.path, 'conf.d', 'x')],
    ['last', join(folder.path, 'x')],
  ]);
  expect(configurationFiles(configuration)).toEqual(
    ['umbra.yaml', 'conf.d/10.json', 'conf.d/20.yaml', 'more.toml', 'conf.d'].map((name) => join(folder.path, name)),
  );
  expect(configurationFiles(emptyConfiguration('UTC'))).toEqual([]);
});

test('a file that includes itself goes round in a circle', async () => {
  using folder = new Folder();
  folder.write('umbra.yaml', 'include: [umbra.yaml]\nrepositories: { main: /a }\njobs: { docs: { sources: x } }\n');
  expect((await reportOf(folder, 'umbra.yaml')).problems).toMatchObject([
    { code: 'config.cycle', line: 1, column: 11 },
  ]);
  // A pattern that happens to match the file itself means the others.
  folder.write('umbra.yaml', 'include: ["*.yaml"]\nrepositories: { main: /a }\njobs: { docs: { sources: x } }\n');
  expect([...(await folder.load('umbra.yaml')).jobs.keys()]).toEqual(['docs']);
});

test('files that include each other are shown with the circle; a file that is included includes nothing', async () => {
  using folder = new Folder();
  folder.write(
    'umbra.yaml',
    'include: [conf.d/a.yaml, b.yaml, c.yaml]\nrepositories: { main: /a }\njobs: { docs: { sources: x } }\n',
  );
  folder.write('conf.d/a.yaml', 'jobs: { more: { sources: x } }\ninclude:\n  - ../umbra.yaml\n');
  folder.write('b.yaml', 'include: b.yaml\n');
  folder.write('c.yaml', 'include: ["conf.d/*"]\n');
  const { code, message, problems } = await reportOf(folder, 'umbra.yaml');
  expect(code).toBe('config.cycle');
  expect(problems.map(({ code, file, line }) => `${code} ${file.slice(folder.path.length + 1)}:${line}`)).toEqual([
    'config.cycle b.yaml:1',
    'config.cycle conf.d/a.yaml:3',
    'config.unknown-key c.yaml:1',
  ]);
  expect(message).toContain('files include each other in a circle: umbra.yaml -> conf.d/a.yaml -> umbra.yaml');
  expect(message).toContain('files include each other in a circle: b.yaml -> b.yaml');
  expect(message).toContain('hint: remove it, and name what is still missing in the "include" of umbra.yaml');
});

test('jobs and chains of several files that start each other are shown with the circle', async () => {
  using folder = new Folder();
  folder.write(
    'umbra.yaml',
    'include: [more.yaml]\nrepositories: { main: /a }\njobs:\n  docs: { sources: x, after: eve }\n',
  );
  folder.write(
    'more.yaml',
    'jobs: { other: { sources: x } }\nchains:\n  night: { steps: [other], after: docs }\n  eve: { steps: [other], after: night }\n',
  );
  const { message, problems } = await reportOf(folder, 'umbra.yaml');
  expect(problems).toMatchObject([{ code: 'config.cycle', file: join(folder.path, 'umbra.yaml'), line: 4 }]);
  expect(message).toContain('chain goes round in a circle: docs -> night -> eve -> docs');
});

test('an included file that says nothing is told by what it is for', async () => {
  using folder = new Folder();
  folder.write('umbra.yaml', 'include: [a.yaml]\nrepositories: { main: /a }\njobs: { docs: { sources: x } }\n');
  folder.write('a.yaml', '# jobs:\n');
  const { problems } = await reportOf(folder, 'umbra.yaml');
  expect(problems).toMatchObject([{ message: 'the file is empty', hint: expect.stringContaining('another section') }]);
});

test('problems of included files are reported with the others, and an id belongs to one file', async () => {
  using folder = new Folder();
  folder.write(
    'umbra.yaml',
    'include: [a.yaml, gone.yaml, "none/*"]\nrepositories: { main: /a }\njobs: { docs: { souces: x } }\n',
  );
  folder.write('a.yaml', 'timezone: UTC\njobs:\n  docs: { sources: x }\n');
  const { message, problems } = await reportOf(folder, 'umbra.yaml');
  expect(problems.map(({ code, file, line }) => `${code} ${file.slice(folder.path.length + 1)}:${line}`)).toEqual([
    'config.absent umbra.yaml:1',
    'config.unknown-key umbra.yaml:3',
    'config.unknown-key a.yaml:1',
    'config.duplicate a.yaml:3',
  ]);
  expect(message).toContain('"docs" in jobs is already defined at umbra.yaml:3:9');
  expect(message).toMatch(/4 problems in umbra\.yaml, a\.yaml$/);
});

test('what is wrong in one place does not hide what is wrong in another', async () => {
  using folder = new Folder();
  folder.write(
    'umbra.yaml',
    `repositories:
  main: { compression: auto }
  other: { url: 5, password: env:A }
jobs:
  a: { sources: [], repository: mian }
  b: { sources: [{ required: true }], repository: main, schedule: whenever }
  c: { sources: x, repository: other, profile: none }
`,
  );
  const { problems } = await reportOf(folder, 'umbra.yaml');
  expect(problems.map(({ code, line }) => `${code}:${line}`)).toEqual([
    'config.invalid-value:2',
    'config.invalid-value:3',
    'config.invalid-value:5',
    'config.unknown-reference:5',
    'config.invalid-value:6',
    'schedule.syntax:6',
    'config.unknown-reference:7',
  ]);
});

test('a configuration with repositories only is one', async () => {
  using folder = new Folder();
  folder.write('umbra.yaml', 'repositories: { main: /a }\n');
  expect((await folder.load()).jobs.size).toBe(0);
});

test.each([
  ['not UTF-8', Buffer.from([0x61, 0x3a, 0xff, 0xfe]), 'config.syntax', /UTF-8/],
  ['much too long', `a: ${'x'.repeat(5_000_000)}`, 'config.invalid-value', /4 MiB/],
  ['much too deep', `a: ${'['.repeat(50_000)}`, 'config.syntax', /nested/],
  ['a little too deep', `a: ${'['.repeat(200)}${']'.repeat(200)}`, 'config.syntax', /nested/],
  [
    'aliases that multiply',
    `a0: &a0 [x,x,x,x,x,x,x,x,x]\n${Array.from({ length: 12 }, (_, n) => `a${n + 1}: &a${n + 1} [${Array(9).fill(`*a${n}`).join(',')}]`).join('\n')}\n`,
    'config.syntax',
    /alias/,
  ],
  ['an alias of what it is in', 'a: &a { b: *a }\n', 'config.syntax', /alias/],
])(
  '%s is refused quickly',
  async (_, content, code, message) => {
    using folder = new Folder();
    folder.write('umbra.yaml', content);
    const report = await reportOf(folder, 'umbra.yaml');
    expect(report).toMatchObject({ code, message: expect.stringMatching(message) });
  },
  5000,
);

test('keys with a meaning for JavaScript do nothing', async () => {
  using folder = new Folder();
  folder.write(
    'umbra.json',
    '{ "repositories": { "main": "/a" }, "jobs": { "constructor": { "sources": "x" }, "toString": { "sources": "x", "profile": "valueOf" } } }',
  );
  const { problems } = await reportOf(folder, 'umbra.json');
  expect(problems.map(({ code }) => code)).toEqual(['config.unknown-reference']);
  folder.write('umbra.json', '{ "repositories": { "main": "/a" }, "__proto__": { "polluted": 1 } }');
  expect(await reportOf(folder, 'umbra.json')).toMatchObject({ code: 'config.unknown-key' });
  folder.write('umbra.toml', 'repositories.main = "/a"\n[__proto__]\npolluted = 1\n');
  expect(await reportOf(folder, 'umbra.toml')).toMatchObject({ code: 'config.unknown-key' });
  expect({}).not.toHaveProperty('polluted');
});

test.skipIf(process.getuid?.() === 0)('a file that may not be read is not said to be absent', async () => {
  using folder = new Folder();
  chmodSync(folder.write('umbra.yaml', shortest), 0o000);
  await expect(folder.load()).rejects.toMatchObject({ code: 'config.unreadable' });
});

test('the strongest place wins, and the others are told', async () => {
  using folder = new Folder();
  const options = { cwd: join(folder.path, 'work'), home: folder.path, env: {}, systemScope: false };
  const config = join(folder.path, '.config');
  const user = folder.write('.config/umbra/umbra.toml', '');
  const search = { ...options, env: { XDG_CONFIG_HOME: config } };
  expect(await discoverConfiguration(search)).toMatchObject({ file: user, hidden: [], passedOver: undefined });
  expect(configurationFile(search)).toBe(user);
  const local = folder.write('work/umbra.yml', '');
  const second = folder.write('work/umbra.config.ts', '');
  expect(await discoverConfiguration(search)).toMatchObject({ file: local, hidden: [second, user] });
  const named = folder.write('named.yaml', '');
  const env = { XDG_CONFIG_HOME: config, UMBRA_CONFIG: '../named.yaml' };
  expect(await discoverConfiguration({ ...options, env })).toMatchObject({
    file: named,
    hidden: [local, second, user],
  });
  expect(configurationFile({ ...options, env })).toBe(named);
  const path = folder.write('stronger.yaml', '');
  expect(await discoverConfiguration({ ...options, env, path })).toMatchObject({
    file: path,
    hidden: [named, local, second, user],
  });
  expect(configurationFile({ ...options, env, path: 'gone.yaml' })).toBeUndefined();
  await expect(discoverConfiguration({ ...options, path: 'gone.yaml' })).rejects.toMatchObject({
    code: 'config.absent',
    message: expect.stringContaining('--config'),
  });
  await expect(discoverConfiguration({ ...options, path: folder.path })).rejects.toMatchObject({
    code: 'config.unreadable',
    message: `${folder.path}, which --config names, is no regular file`,
  });
});

test('root does not read the current folder, and says what it passed over', async () => {
  using folder = new Folder();
  const local = folder.write('umbra.yaml', shortest);
  const options = {
    ...folder.options(''),
    path: undefined,
    env: { XDG_CONFIG_HOME: join(folder.path, 'none') },
    systemScope: true,
  };
  await expect(loadConfiguration(options)).rejects.toMatchObject({
    code: 'config.absent',
    message: expect.stringContaining(local),
    hint: `name it: --config ${local}`,
  });
  expect((await loadConfiguration({ ...options, path: 'umbra.yaml' })).file).toBe(local);
  expect((await loadConfiguration({ ...options, env: { UMBRA_CONFIG: local } })).file).toBe(local);
  expect((await loadConfiguration({ ...options, systemScope: false })).file).toBe(local);
});

test('who walks through chains may know more of what is wrong with one', async () => {
  using folder = new Folder();
  const chainProblems = ({ nodes }: ChainJobDefinition) =>
    nodes.length < 4
      ? []
      : [{ code: 'config.invalid-value' as const, nodes: ['d', 'c'], message: 'they cross', hint: 'Close c first.' }];
  const text = `repositories: { main: /a }
jobs: { a: { sources: a } }
chains:
  short: { steps: [a, a] }
  night:
    nodes: { a: {}, b: { job: a, needs: a }, c: { job: a, closes: a }, d: { job: a, closes: b } }
`;
  folder.write('umbra.yaml', text);
  await expect(loadConfiguration({ ...folder.options('umbra.yaml'), chainProblems })).rejects.toMatchObject({
    context: {
      problems: [{ line: 6, column: 93, message: 'chain "night": they cross', hint: 'close c first' }],
    },
  });
  folder.write('umbra.yaml', text.replace('needs: a', 'needs: aa'));
  await expect(loadConfiguration({ ...folder.options('umbra.yaml'), chainProblems })).rejects.toMatchObject({
    context: { problems: [{ code: 'config.unknown-reference' }] },
  });
});

test.each([
  ['prune', 'prune: true'],
  ['check', 'check: true'],
  ['drill', 'drill: true'],
])('a job that only is a %s says so when it is explained', async (path, kind) => {
  using folder = new Folder();
  const file = folder.write('umbra.yaml', `repositories: { main: /a }\njobs:\n  a:\n    ${kind}\n`);
  expect(await explainConfiguration({ ...folder.options('umbra.yaml'), job: 'a' })).toContainEqual({
    path,
    value: true,
    layer: 'job',
    file,
    line: 4,
  });
});
