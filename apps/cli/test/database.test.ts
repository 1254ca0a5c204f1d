import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noPostgres, Postgres } from '../../../tools/testing/postgres.ts';
import { NearWorld } from './support/near-world.ts';
import type { World } from './support/world.ts';

const rows = "select id, name, encode(picture, 'hex') from pets order by id";

const tables = `
create table pets (id int primary key, name text not null, picture bytea);
insert into pets select n, 'pet ' || n, sha512(n::text::bytea) from generate_series(1, 5000) n;
update pets set name = E'Ω "quoted"\\n\\tand \\\\ \\'lines\\'', picture = null where id = 7;
create role reader login password 'reader' in role pg_read_all_data;
`;

describe.skipIf(noPostgres !== '')(`a real database (${noPostgres || 'PostgreSQL'})`, () => {
  let world: World;
  let database: Postgres;

  beforeAll(() => {
    world = new NearWorld();
    database = new Postgres();
    database.sql('postgres', 'create database app');
    database.sql('app', tables);
    writeFileSync(world.at('pg'), database.password, { mode: 0o600 });
  });
  afterAll(() => {
    database[Symbol.dispose]();
    world[Symbol.dispose]();
  });

  const dumping = (name: string, user = database.user): void => {
    const stdin = [database.program('pg_dump'), `--host=${database.folder}`, `--username=${user}`, name];
    world.configure('', { sources: { stdin, name: 'app.sql', env: { PGPASSWORD: `file:${world.at('pg')}` } } });
  };

  test('is saved by pg_dump, and another database made of the snapshot has the same rows', async () => {
    dumping('app');
    expect(await world.umbra('run', 'documents')).toMatchObject({ code: 0 });
    const sql = await world.umbra('dump', 'documents@latest:/app.sql');
    database.sql('postgres', 'create database again');
    database.sql('again', sql.stdout);
    expect(database.sql('again', rows)).toBe(database.sql('app', rows));
    expect(database.sql('again', rows).split('\n')).toHaveLength(5000 + 2);
  });

  /**
   * What runs wrote down after they failed as they had to. restic does not wait for the last words of a program that has ended, so one
   * run in many has none.
   */
  const logOfFailure = async (said: string): Promise<string> => {
    const before = world.snapshots();
    let log = '';
    for (let runs = 0; runs < 4 && !log.includes(said); runs++) {
      const { code, stderr } = await world.umbra('run', 'documents', '--no-retry');
      expect([code, stderr]).toEqual([1, expect.stringContaining('exit status 1. Nothing was saved')]);
      expect(world.snapshots()).toEqual(before);
      log += (await world.umbra('logs', 'documents')).stdout;
    }
    return log;
  };

  test('that is not there fails the run, which has what pg_dump said in its log, and leaves no snapshot', async () => {
    dumping('absent');
    const said = 'database "absent" does not exist';
    expect(await logOfFailure(said)).toContain(said);
  });

  test('of which only the beginning may be read leaves no snapshot of that beginning', async () => {
    writeFileSync(world.at('pg'), 'reader');
    // pg_dump has written the schema and the pets when it asks for these rows.
    database.sql('app', 'create table secrets (id int); alter table secrets enable row level security');
    dumping('app', 'reader');
    const said = 'row-level security policy for table "secrets"';
    expect(await logOfFailure(said)).toContain(said);
  });
});
