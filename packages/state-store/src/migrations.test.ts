import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connect, numberFrom } from './database.ts';
import { migrate, migrations, versionOf } from './migrations.ts';

let dir = '';
beforeEach(() => (dir = mkdtempSync(join(tmpdir(), 'umbra-migrations-'))));
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const next = [...migrations, 'alter table runs add column note text', "update meta set text = 'upgraded'"];

test('a new file gets all tables and no copy', () => {
  using database = connect(join(dir, 'a.db'));
  migrate(database, join(dir, 'a.db'));
  expect(versionOf(database)).toBe(migrations.length);
  expect(existsSync(join(dir, `a.db.before-v${migrations.length}`))).toBe(false);
});

test('an upgrade keeps a copy of what was, and takes all steps', () => {
  const path = join(dir, 'a.db');
  using database = connect(path);
  migrate(database, path);
  migrate(database, path, next);
  expect(versionOf(database)).toBe(next.length);
  using copy = connect(`${path}.before-v${next.length}`, true);
  expect(versionOf(copy)).toBe(migrations.length);
  expect(numberFrom(copy, 'select count(*) from meta')).toBe(3);
});

test('an upgrade whose last step fails changes nothing, and can be repeated', () => {
  const path = join(dir, 'a.db');
  using database = connect(path);
  migrate(database, path);
  const before = readFileSync(path);
  expect(() => migrate(database, path, [...migrations, 'alter table runs add column note text', 'oops'])).toThrow(
    /oops/u,
  );
  expect(versionOf(database)).toBe(migrations.length);
  expect(readFileSync(path)).toEqual(before);
  migrate(database, path, next);
  expect(versionOf(database)).toBe(next.length);
});

test('a version from the future is refused', () => {
  using database = connect(':memory:');
  database.exec('pragma user_version = 99');
  expect(() => migrate(database, ':memory:')).toThrow(expect.objectContaining({ code: 'state.newer' }));
});
