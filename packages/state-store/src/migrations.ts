import { existsSync, rmSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { UmbraError } from '@umbracore/contracts';
import { connect, numberFrom } from './database.ts';
import { isSound } from './soundness.ts';

/** Step n leads from version n to version n + 1. Steps that were released never change. */
export const migrations: readonly string[] = [
  `
  create table runs (
    id text primary key,
    job text not null,
    repository text not null,
    slot text,
    state text not null,
    queued_at integer not null,
    finished_at integer,
    revision integer not null,
    cancel_requested_at integer,
    fence integer not null,
    owner text,
    lease_until integer,
    record text not null,
    seal integer,
    hash text,
    prev_hash text
  );
  create unique index runs_slot on runs (job, repository, slot) where slot is not null;
  create index runs_newest on runs (job, repository, queued_at desc, id desc, state);
  create index runs_job on runs (job, queued_at desc, id desc);
  create index runs_time on runs (queued_at desc, id desc);
  create index runs_open on runs (queued_at desc, id desc) where seal is null;
  create index runs_held on runs (job, repository) where seal is null and owner is not null;
  create table steps (
    run text not null references runs (id),
    sequence integer not null,
    attempt integer not null,
    kind text not null,
    stage text not null,
    at integer not null,
    detail text not null,
    primary key (run, sequence)
  ) without rowid;
  create table meta (name text primary key, number integer not null, text text not null) without rowid;
  insert into meta values ('fence', 0, ''), ('chain', 0, ''), ('checked', 0, '');
  `,
  // Strict, so that the check at a start sees a cursor that became something else than a number.
  `
  alter table runs add column parent text;
  create index runs_parent on runs (parent, queued_at desc, id desc) where parent is not null;
  create table cursors (job text primary key, until integer not null) strict, without rowid;
  `,
  // Of the jobs that were there before it is not known.
  `
  alter table cursors add column since integer;
  `,
  // What a history has lost on purpose, so that nothing else can be missing unnoticed.
  `
  create table gaps (
    first integer primary key,
    last integer not null unique,
    prev_hash text not null,
    hash text not null
  ) strict;
  `,
  // What people are to be told.
  `
  create table deliveries (
    id text primary key,
    channel text not null,
    state text not null,
    due_at integer not null,
    expires_at integer,
    batch text,
    created_at integer not null,
    settled_at integer,
    tries integer not null,
    fence integer not null,
    owner text,
    taken_until integer,
    error text,
    notice text not null
  ) strict;
  create index deliveries_waiting on deliveries (due_at) where state = 'waiting';
  create index deliveries_newest on deliveries (created_at desc);
  create table subjects (subject text primary key, standing integer not null, memo text not null) strict, without rowid;
  create table reading (name text primary key, place integer not null) strict, without rowid;
  `,
  // What ended behind a place is looked for every minute, in a history of any length.
  `
  create index runs_ended on runs (seal) where seal is not null;
  `,
];

export const versionOf = (database: DatabaseSync): number => numberFrom(database, 'pragma user_version');

/**
 * Brings the tables to the newest version, all steps or none. A file that holds something is copied first, and the copy
 * looked at: it stays beside the file as `<path>.before-v<N>`. Throws `state.newer` for a version from the future.
 */
export function migrate(database: DatabaseSync, path: string, steps: readonly string[] = migrations): void {
  const version = versionOf(database);
  if (version > steps.length) throw newer(version, steps.length);
  if (version === steps.length) return;
  if (version > 0) copyBefore(database, `${path}.before-v${steps.length}`);
  database.exec('begin immediate');
  try {
    for (const step of steps.slice(versionOf(database))) database.exec(step);
    database.exec(`pragma user_version = ${steps.length}; commit`);
  } catch (thrown) {
    if (database.isTransaction) database.exec('rollback');
    throw thrown;
  }
}

function copyBefore(database: DatabaseSync, copy: string): void {
  // Left over from an upgrade that did not come to its end: the tables are still the same.
  if (existsSync(copy)) rmSync(copy);
  database.prepare('vacuum into ?').run(copy);
  const taken = connect(copy, true);
  try {
    const rows = (of: DatabaseSync) => numberFrom(of, 'select count(*) from runs');
    if (isSound(taken) && rows(taken) === rows(database)) return;
  } finally {
    taken.close();
  }
  throw new UmbraError('state.damaged', `The copy ${copy} does not hold what it was made from.`, {
    hint: 'Check the disk that holds the state folder, then start again.',
  });
}

const newer = (version: number, known: number): UmbraError =>
  new UmbraError('state.newer', `The state has version ${version}, this program knows versions up to ${known}.`, {
    hint: 'Install the newest UmbraCore, or set UMBRA_STATE_DIR to another folder.',
  });
