import { chmodSync, linkSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BorgWorld, borgProgram } from './support/borg-world.ts';
import { Daemon } from './support/daemon.ts';
import { Elsewhere, tree } from './support/kit-page.ts';
import { portrait } from './support/portrait.ts';
import { password } from './support/world.ts';

const more = `    repository: home
    excludes: ['*.tmp']
    tags: ['odd: {x}~/%']
    verify: { afterBackup: sample }
  tidy: { forget: { last: 1 }, repository: home }
  sweep: { prune: true, repository: home }
  look: { check: { read: 100% }, repository: home }
  try: { drill: { files: 3 }, repository: home }
  mirror: { copy: { from: home, to: other } }
chains:
  nightly: { steps: [documents, tidy, sweep, look, try] }
`;

/** Some forty starts of borg, which a busy machine needs long for. */
const nightMs = 600_000;

describe.skipIf(borgProgram === '')('a repository of borg, by the built program alone', () => {
  let world: BorgWorld;
  /** Every call of borg with its arguments and its environment. */
  let calls: string;

  beforeAll(async () => {
    world = new BorgWorld();
    calls = world.at('calls');
    const spy = world.at('borg');
    writeFileSync(spy, `#!/bin/sh\n{ echo "$@"; env; } >>'${calls}'\nexec '${borgProgram}' "$@"\n`);
    chmodSync(spy, 0o700);
    world.env['UMBRA_BORG'] = spy;
    world.configure(more);
    const text = readFileSync(world.config, 'utf8');
    const other = `  other: { backend: borg, url: ${world.at('other')}, password: 'file:${world.at('password')}' }\n`;
    writeFileSync(world.config, text.replace('jobs:\n', `${other}jobs:\n`));
    world.write('plain', 'alpha');
    world.write('left-out.tmp', 'nobody wants it');
    world.write('deep/er/line\nbreak', 'beta');
    world.write('deep/ünï 🗄', 'gamma');
    world.write('large', Buffer.alloc(300_000, 'delta'));
    linkSync(world.write('deep/one', 'epsilon'), join(world.source, 'deep/same'));
    symlinkSync('../plain', join(world.source, 'deep/link'));
    await world.json('repo', 'create', 'home');
    await world.json('repo', 'create', 'other');
  });
  afterAll(() => world[Symbol.dispose]());

  const run = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await world.umbra('run', ...args);
    expect(code, stdout + stderr).toBe(0);
    return stdout;
  };

  it('is saved to with progress, and each archive says which run and which job it is of', async () => {
    const { stdout, code } = await world.umbra('run', 'documents', '--json');
    expect(code).toBe(0);
    const events = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    const progress = events.filter(({ type }) => type === 'run.progress').map((event) => event.progress);
    expect(progress.length).toBeGreaterThan(0);
    const id = events.find(({ type }) => type === 'run.finished').run;
    const [archive] = world.archives();
    expect(archive?.name).toBe(`umbra-${id}`);
    expect(archive?.tags).toEqual([`umbra-run:${id}`, 'umbra-job:documents', 'odd: {x}~/%']);
  });

  it('gives everything back, byte by byte, and compared with the repository', async () => {
    const restored = world.at('restored');
    const { stdout, code } = await world.umbra('restore', 'latest', '--to', restored, '--verify');
    expect([code, stdout]).toEqual([0, expect.stringContaining('identical')]);
    const options = { leaveOut: /\.tmp$/, folderTimes: false };
    expect(portrait(join(restored, world.source), options)).toEqual(portrait(world.source, options));
  });

  it('has a kit by which borg alone gives everything back', async () => {
    const { code, stdout: page } = await world.umbra('repo', 'kit', 'home', '--with-password', '--quiet');
    expect(code).toBe(0);
    for (const line of page.split('\n')) expect(Array.from(line).length).toBeLessThanOrEqual(78);
    expect(page).not.toMatch(/restic/i);
    const elsewhere = new Elsewhere(world, { name: 'borg', path: borgProgram, usual: ':/usr/bin:/bin' }, page);
    expect(await elsewhere.run('SEE WHAT IS THERE')).toContain('umbra-r-');
    await elsewhere.run('RESTORE EVERYTHING');
    const saved = tree(world.source).filter(([name]) => !name.endsWith('.tmp'));
    expect(tree(join(elsewhere.folder, 'restored/documents', world.source))).toEqual(saved);
    await elsewhere.run('RESTORE ONE FILE OR FOLDER');
    expect(saved).toEqual(expect.arrayContaining([...tree(join(elsewhere.folder, 'restored-path', world.source))]));
    await elsewhere.run('WRITE OUT ONE FILE');
    const named = /^ {4}FILE='(?<path>.*)'$/m.exec(page)?.groups?.['path'] ?? '';
    expect(readFileSync(join(elsewhere.folder, 'restored-file'))).toEqual(readFileSync(`/${named}`));
    await elsewhere.run('KEEP A COPY OF ITS KEY');
    expect(readFileSync(join(elsewhere.folder, 'key-of-the-repository'), 'utf8')).toMatch(/^BORG_KEY /);
  });

  it('is set up by init, which says where its key is', async () => {
    const config = world.at('first', 'umbra.yaml');
    const place = ['--config', config, '--password-file', world.at('password')];
    const first = world.at('first', 'borg');
    const args = ['init', first, '--backend', 'borg', '--source', join(world.source, 'deep'), ...place, '-y'];
    const { code, stdout, stderr } = await world.umbra(...args, '--schedule', 'daily at 02:00');
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('umbra repo kit borg says how to keep a copy');
    expect(stdout).toMatch(/proof .*: identical/);
    expect(readFileSync(config, 'utf8')).toContain('    backend: borg\n');
  });

  it('goes through a night of backup, forget, prune, check and drill', { timeout: nightMs }, async () => {
    world.write('plain', 'changed');
    await run('documents', '--quiet');
    await world.json('pin', 'documents@-1', '--reason', 'for good');
    const told = await run('nightly');
    expect(told).toContain('1 snapshot removed, 2 kept');
    expect(told).toContain('5 steps: 5 ok');
    const [pinned, newest, ...others] = world.archives();
    expect(others).toEqual([]);
    expect([pinned?.name, newest?.name]).toEqual([
      expect.stringMatching(/~umbra:[0-9a-f]{64}:umbra-run%3A.*,umbra-pin,/),
      expect.not.stringContaining('~'),
    ]);
    world.borg('check', '--verify-data');
  });

  it('is searched and compared by the catalog', async () => {
    const found = JSON.stringify(await world.json('find', 'plain'));
    expect(found).toContain(join(world.source, 'plain'));
    const { code, stdout } = await world.umbra('diff', 'documents@-1', 'documents@0');
    expect([code, stdout]).toEqual([0, expect.stringContaining('plain')]);
  });

  it('says what borg cannot do, and what to do instead', async () => {
    for (const words of [
      ['run', 'mirror'],
      ['repo', 'repair', 'home', '-y'],
      ['repo', 'upgrade', 'home', '-y'],
      ['repo', 'machine-key', 'add', 'home'],
      ['repo', 'password', 'list', 'home'],
    ]) {
      const { code, stdout, stderr } = await world.umbra(...words);
      expect(code, words.join(' ')).toBe(1);
      expect(stdout + stderr, words.join(' ')).toMatch(
        /backend\.unsupported[^]*Not with borg|Not with borg[^]*backend\.unsupported/,
      );
      expect(stdout + stderr, words.join(' ')).toContain('hint: ');
    }
  });

  it('tells who has read it', async () => {
    const { stdout } = await world.umbra('verify', 'home', '--status');
    expect(stdout).toContain('100% read by borg in the last 30 days');
  });

  it('keeps a lock of which nothing is proved, and says who can remove it', async () => {
    const exclusive = join(world.attic, 'lock.exclusive');
    mkdirSync(exclusive);
    writeFileSync(join(exclusive, 'elsewhere@1.42-0'), '');
    try {
      const { code, stdout } = await world.umbra('repo', 'unlock', 'home');
      expect([code, stdout]).toEqual([11, expect.stringContaining('umbra borg home -- break-lock')]);
    } finally {
      rmSync(exclusive, { recursive: true });
    }
  });

  it('says so by the API as well', async () => {
    const daemon = await Daemon.start(world);
    const begun = (await daemon.post('/v1/repositories/home/upgrade')) as { readonly id: string };
    expect(await daemon.endedWork(begun.id)).toMatchObject({ error: { code: 'backend.unsupported' } });
    await daemon.stop();
  });

  it('lets borg ask for the passwords where one is changed: it cannot read what it is given twice', async () => {
    const before = readFileSync(calls, 'utf8').length;
    const { stdout, stderr } = await world.umbra('borg', 'home', '--', 'key', 'change-passphrase');
    expect(stdout + stderr).not.toContain('Traceback');
    const called = readFileSync(calls, 'utf8').slice(before);
    expect(called).toContain('change-passphrase');
    expect(called).not.toContain('BORG_PASSPHRASE_FD=');
  });

  it('never told the password to anybody by an argument or the environment', () => {
    const told = readFileSync(calls, 'utf8');
    expect(told).toContain('BORG_PASSPHRASE_FD=');
    expect(told).not.toContain(password);
    expect(told).not.toMatch(/^(?:HISTFILE|UMBRA_\w+|NODE_\w+)=/m);
  });
});
