import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import { toProblems } from '../src/report/problem.ts';
import { parseSource } from '../src/reading/read-source.ts';
import { configurationSchema } from '../src/schema/configuration.ts';
import { validate } from '../src/schema/validate.ts';
import { Folder, reportOf } from './loading.ts';

const canary = 'hunter2-canary';

const repository = (line: string): string => `repositories:\n  main:\n    url: /mnt\n    ${line}\n`;

const command = (line: string): string => `jobs:\n  db:\n    command:\n      run: [pg_dump]\n      ${line}\n`;

test.each([
  ['literal password', repository(`password: ${canary}`)],
  ['quoted password', repository(`password: "${canary} # no comment"`)],
  ['password of a wrong scheme', repository(`password: pass:${canary}`)],
  ['password in a list', repository(`password: [${canary}]`)],
  ['password as a key', repository(`password: { ${canary}: 1 }`)],
  ['password as a wrong key', repository(`password: { "X ${canary}": a }`)],
  ['password over lines', repository(`password: |\n      ${canary}\n      ${canary}`)],
  ['environment value', repository(`env: { TOKEN: ${canary} }`)],
  [
    'fault beside a password',
    `repositories: { main: { url: /mnt, packSize: 3x, password: 'env:${canary.replace('-', '_')} ${canary}' } }\n`,
  ],
  [
    'fault beside a valid reference',
    `repositories: { main: { url: /mnt, packSize: 3x, password: 'file:/${canary}' } }\n`,
  ],
  ['unknown key beside a password', `repositories: { main: { ulr: /mnt, password: ${canary} } }\n`],
  ['misspelt password', repository(`pasword: ${canary}`)],
  ['another word for password', repository(`pw: ${canary}`)],
  ['no word for anything', repository(`zzz: ${canary}`)],
  ['password at the top', `password: ${canary}\n${repository('')}`],
  ['password in a job', `${repository('')}jobs: { a: { sources: x, password: ${canary} } }\n`],
  ['environment of a command', command(`env: { TOKEN: ${canary} }`)],
  ['environment of a command in lines', command(`env:\n        A: ${canary}`)],
  ['misspelt environment of a command', command(`evn: { A: ${canary} }`)],
  ['no word for anything in a command', command(`zzz: ${canary}`)],
  ['fault beside the environment of a command', command(`env: { A: file:/${canary} }, cwd: 3`)],
  ['broken environment of a command', command(`env:\n        A: ${canary}: ${canary}`)],
  ['broken command in one line', `jobs: { db: { command: { run: [a], env: { A: ${canary}, B: [ } } } }\n`],
  ['broken key of an environment', command(`env:\n        A: "${canary}\n    tags: [a]`)],
  [
    'token of a condition',
    `${repository('')}jobs: { a: { sources: x, conditions: { http: { token: ${canary} } }, tags: 3 } }\n`,
  ],
  ['token in options', repository(`options: { token: ${canary} }\n    packSize: [3, x]`)],
  [
    'token in options, same line',
    `repositories: { main: { url: /mnt, options: { token: ${canary} }, packSize: 3 } }\n`,
  ],
  ['password in an address', `repositories: { main: { url: 'rest:https://me:${canary}@host/', packSize: 3 } }\n`],
  ['password in a short address', `repositories: { main: 'rest:https://me:${canary}@host/', other: 5 }\n`],
  [
    'anchored password',
    `repositories: { a: { url: /a, password: &p ${canary}, packSize: 3 }, b: { url: /b, password: *p, packSize: 3 } }\n`,
  ],
  ['alias that is none', repository(`password: *${canary}`)],
  ['tag that is none', repository(`password: !${canary} x`)],
  ['directive', repository(`password: %${canary}`)],
  ['at sign', repository(`password: @${canary}`)],
  ['open quote', repository(`password: "${canary}`)],
  ['broken line of a map', `repositories: { main: { password: ${canary}, url: "x }\n`],
  ['broken environment', repository(`env:\n      A: ${canary}: ${canary}`)],
  ['broken environment in one line', repository(`env: { A: ${canary}, B: [ }`)],
  ['tab before a password', `repositories:\n  main:\n\tpassword: ${canary}\n`],
  ['password twice', repository(`password: ${canary}\n    password: ${canary}`)],
])('%s is not shown', async (_, text) => {
  using folder = new Folder();
  folder.write('umbra.yaml', text);
  const report = await reportOf(folder, 'umbra.yaml');
  expect(report.problems.length).toBeGreaterThan(0);
  expect(inspect(report, { depth: 9 })).not.toContain(canary);
});

test.each([
  ['value', `[repositories.main]\nurl = "/mnt"\npassword = "${canary}"\n`],
  ['inline table', `[repositories]\nmain = { url = "/mnt", packSize = "3", password = "${canary}" }\n`],
  ['text over lines', `[repositories.main]\nurl = "/mnt"\npassword = """\n${canary}\n"""\n`],
  ['table', `[repositories.main]\nurl = "/mnt"\n[repositories.main.env]\nA = "${canary}"\n`],
  ['dotted key', `repositories.main.url = "/mnt"\nrepositories.main.env.A = "${canary}"\n`],
  ['environment of a command', `[jobs.db.command]\nrun = ["a"]\n[jobs.db.command.env]\nA = "${canary}"\n`],
  ['dotted environment of a command', `jobs.db.command.run = ["a"]\njobs.db.command.env.A = "${canary}"\n`],
  ['broken environment of a command', `[jobs.db.command.env]\nA = ${canary}\n`],
  ['broken dotted environment of a command', `jobs.db.command.env.A = ${canary}\n`],
  ['broken environment in a line', `[jobs.db]\ncommand = { run = ["a"], env = { A = ${canary} } }\n`],
  ['broken value', `[repositories.main]\npassword = ${canary}\n`],
  ['broken text', `[repositories.main]\npassword = "${canary}\n`],
])('TOML: %s is not shown', async (_, text) => {
  using folder = new Folder();
  folder.write('umbra.toml', text);
  const report = await reportOf(folder, 'umbra.toml');
  expect(report.problems.length).toBeGreaterThan(0);
  expect(inspect(report, { depth: 9 })).not.toContain(canary);
});

test('the mask says nothing about the length of what it hides, and the mark stays below its place', async () => {
  using folder = new Folder();
  folder.write('umbra.yaml', `repositories: { a: { url: /a, password: ${canary.repeat(3)}, packSize: 3x } }\n`);
  const { problems } = await reportOf(folder, 'umbra.yaml');
  const line = '1 | repositories: { a: { url: /a, password: [secret], packSize: 3x } }';
  expect(problems.map(({ frame }) => frame.split('\n').slice(1))).toEqual(
    ['[secret]', '3x'].map((place) => [line, `  | ${' '.repeat(line.indexOf(place) - 4)}${'^'.repeat(place.length)}`]),
  );
});

const valid = {
  '/umbra.yaml': `repositories:
  main:
    url: /mnt/backup # here
    password: file:${canary}
    env:
      AWS_ID: env:X
      AWS_REGION: "file:${canary}"
  other: { url: 'sftp:a@b:/c', password: 'file:${canary}', env: { A: file:${canary}, B: file:/x } }
jobs:
  docs: { sources: [~/Documents, { path: b }], schedule: daily at 02:00 }
  dump:
    command:
      run: [dump]
      env:
        PG: file:${canary}
  one: { command: { run: [x], env: { A: file:${canary} } } }
chains:
  night: { steps: [dump, docs] }
`,
  '/umbra.toml': `[repositories.main]
url = "/mnt"
password = "file:${canary}"
env = { A = "file:${canary}", B = "env:B" }
[repositories.other.env]
REGION = "file:${canary}"
[jobs.docs]
sources = ["a", "b"]
[jobs.dump.command]
run = ["dump"]
env = { A = "file:${canary}" }
[jobs.one.command.env]
B = "file:${canary}"
`,
};

test.each(Object.entries(valid))(
  '%s: no slip of one key shows a secret',
  (file, text) => {
    for (let at = 0; at < text.length; at += 1) {
      for (const typed of ['', `${text[at]}"`, `${text[at]}\n`, '*', '{']) {
        const slipped = text.slice(0, at) + typed + text.slice(at + 1);
        const { source, findings } = parseSource(file, slipped, 'main');
        const found = findings.length > 0 ? findings : validate(configurationSchema, source).findings;
        const report = JSON.stringify(toProblems(found, configurationSchema));
        expect(report, `${slipped}\n${report}`).not.toContain(canary);
      }
    }
  },
  60_000,
);

test('what is no secret is seen, also where the schema knows no keys', async () => {
  using folder = new Folder();
  folder.write(
    'umbra.yaml',
    'repositories: { main: /a }\njobs: { a: { sources: x, conditions: { freeSpace: { /mnt: 20GiB }, power: ac }, tags: 3 } }\n',
  );
  const { problems } = await reportOf(folder, 'umbra.yaml');
  expect(problems.map(({ frame }) => frame)).toEqual([
    expect.stringContaining('{ /mnt: 20GiB }, power: ac }, tags: 3'),
  ]);
});

test.each([
  ['a job', 'jobs:\n  docs:\n    sources: [/home/me/Documents\n', 'sources: [/home/me/Documents'],
  ['a program', 'jobs:\n  dump:\n    command: ["pg_dump", "-U", "me"\n', 'command: ["pg_dump", "-U", "me"'],
  ['a repository', 'repositories:\n  home: "/mnt/backup\n  other: "/b"\n', 'home: "/mnt/backup'],
  ['its fields', 'repositories:\n  home: { url: /mnt, lockWait: 5m\n', 'home: { url: /mnt, lockWait: 5m'],
  ['a field without its colon', 'repositories:\n  home:\n    url /mnt\n    password: x\n', 'url /mnt'],
  [
    'what follows an environment',
    `jobs:\n  dump:\n    command: { run: [a], env: { A: x } }\n    schedule daily at 02:00\n    tags: [a]\n`,
    'schedule daily at 02:00',
  ],
  [
    'a command in a map, up to its environment',
    `jobs: { db: { command: { run: [a], cwd: /x, env: { A: ${canary} } }, sources: [ } }\n`,
    'command: { run: [a], cwd: /x, env:[secret]',
  ],
  [
    'an address, but for the password in it',
    `repositories:\n  home: "rest:https://me:${canary}@host/" x\n`,
    'home: "rest:https://me:[secret]@host/" x',
  ],
])('of a text with a slip %s is seen', async (_, text, line) => {
  using folder = new Folder();
  folder.write('umbra.yaml', text);
  const { problems } = await reportOf(folder, 'umbra.yaml');
  expect(problems[0]?.code).toBe('config.syntax');
  expect(problems[0]?.frame).toContain(line);
});
