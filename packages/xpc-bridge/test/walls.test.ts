import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { FakeClock } from '@umbracore/testkit';
import { afterAll, describe, expect, test } from 'vitest';
import { AuditTrail } from '../src/program/audit.ts';
import { lookAt } from '../src/program/look.ts';
import { whenOpening } from '../../../tools/testing/when-opening.ts';
import { whoCouldChange, whoCouldReplace } from '../src/program/owned-path.ts';
import { PolicyFile } from '../src/program/policy-file.ts';
import { ProofFolder } from '../src/program/proof.ts';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'umbra-walls-')));
afterAll(() => rmSync(folder, { recursive: true }));
const us = process.getuid?.() ?? 0;
const peer = { uid: 1000, gid: 1000 };

/** A new folder of its own. */
let folders = 0;
function made(): string {
  const path = join(folder, String(folders++));
  mkdirSync(path);
  return path;
}

describe('a path that only we can change', () => {
  test('is one whose folders are ours, without links', () => {
    const dir = made();
    const file = join(dir, 'file');
    writeFileSync(file, '');
    expect(whoCouldReplace(file, us)).toBeUndefined();
    expect(whoCouldChange(file, us)).toBeUndefined();
    symlinkSync(dir, join(folder, 'link'));
    expect(whoCouldReplace(join(folder, 'link', 'file'), us)).toBe(`${join(folder, 'link')} is a link`);
  });

  test('is none that others may write, or write beside', () => {
    const dir = made();
    const file = join(dir, 'file');
    writeFileSync(file, '');
    chmodSync(file, 0o664);
    expect(whoCouldChange(file, us)).toBe(`${file} can be written by others`);
    chmodSync(file, 0o644);
    chmodSync(dir, 0o775);
    expect(whoCouldChange(file, us)).toBe(`${dir} can be written by others`);
    chmodSync(dir, 0o1777);
    expect(whoCouldChange(file, us)).toBeUndefined();
    linkSync(file, join(dir, 'second'));
    expect(whoCouldChange(file, us)).toBe(`${file} has another name as well`);
  });

  test.skipIf(us !== 0)('is none of somebody else (needs root)', () => {
    const dir = made();
    const file = join(dir, 'file');
    writeFileSync(file, '');
    chownSync(file, 1000, 0);
    expect(whoCouldChange(file, us)).toBe(`${file} belongs to user 1000`);
    chownSync(dir, 1000, 0);
    expect(whoCouldReplace(file, us)).toBe(`${dir} belongs to user 1000`);
    expect(() => lookAt(file, us)).toThrow('could lead elsewhere');
  });
});

test('a source that is a link, or is not there, is not followed', () => {
  const dir = made();
  symlinkSync('/etc/shadow', join(dir, 'link'));
  expect(() => lookAt(join(dir, 'link'), us)).toThrow('is a link');
  expect(lookAt(join(dir, 'gone'), us)).toMatchObject({ fact: { present: false }, target: null });
  expect(lookAt(join(dir, 'gone', 'deeper'), us)).toMatchObject({ fact: { present: false }, target: null });
});

describe('a proof of who asks', () => {
  test('is a file with what was asked for, and its owner counts', () => {
    const proof = new ProofFolder(made());
    const challenge = proof.challenge();
    expect(proof.answered(challenge)).toBeUndefined();
    writeFileSync(challenge.file, challenge.nonce);
    expect(proof.answered(challenge)).toEqual({ uid: us, gid: process.getgid?.() });
    proof.forget(challenge);
    expect(existsSync(challenge.file)).toBe(false);
  });

  test('is nothing that was made for another connection, is linked, or is no file', () => {
    const dir = made();
    const proof = new ProofFolder(dir);
    const [first, second, third, fourth] = [proof.challenge(), proof.challenge(), proof.challenge(), proof.challenge()];
    writeFileSync(first.file, second.nonce);
    expect(proof.answered(first)).toBeUndefined();
    writeFileSync(join(dir, 'own'), second.nonce);
    linkSync(join(dir, 'own'), second.file);
    expect(proof.answered(second)).toBeUndefined();
    writeFileSync(join(dir, 'other'), third.nonce);
    symlinkSync(join(dir, 'other'), third.file);
    expect(proof.answered(third)).toBeUndefined();
    mkdirSync(fourth.file);
    expect(proof.answered(fourth)).toBeUndefined();
    proof.forget(fourth);
  });
});

test.skipIf(us !== 0)(
  'a policy that others can change is not read, and a changed one is read anew (needs root)',
  () => {
    const file = join(made(), 'helper.json');
    const write = (users: number[]): void =>
      writeFileSync(file, JSON.stringify({ version: 1, users, engine: '/bin/true' }));
    expect(() => new PolicyFile(file).current()).toThrow('There is no policy');
    write([1, 22]);
    const policy = new PolicyFile(file);
    expect([...policy.current().users]).toEqual([1, 22]);
    write([333]);
    expect([...policy.current().users]).toEqual([333]);
    chmodSync(file, 0o646);
    expect(() => policy.current()).toThrow("The policy is not root's alone");
    chmodSync(file, 0o644);
    chownSync(file, 1000, 0);
    expect(() => policy.current()).toThrow('belongs to user 1000');
    renameSync(file, `${file}.there`);
    symlinkSync(`${file}.there`, file);
    expect(() => policy.current()).toThrow(`${file} is a link`);
  },
);

test.skipIf(us !== 0)('a policy that is replaced while it is read is judged as what is read (needs root)', async () => {
  const dir = made();
  const [file, theirs] = [join(dir, 'helper.json'), join(dir, 'theirs.json')];
  const write = (path: string, user: number): void =>
    writeFileSync(path, JSON.stringify({ version: 1, users: [user], engine: '/usr/bin/restic' }), { mode: 0o644 });
  const swapped = async (when: 'before' | 'after') => {
    write(file, 1);
    write(theirs, 2);
    chmodSync(theirs, 0o666);
    return [
      ...(
        await whenOpening(
          when,
          () => renameSync(theirs, file),
          () => new PolicyFile(file).current(),
        )
      ).users,
    ];
  };
  expect(await swapped('after')).toEqual([1]);
  await expect(swapped('before')).rejects.toMatchObject({ code: 'config.unsafe' });
});

describe('the record of what was asked', () => {
  const lines = (path: string) =>
    readFileSync(path, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);

  test('is chained, also over a restart', () => {
    const path = join(made(), 'audit.jsonl');
    for (const verb of ['look', 'backup']) {
      new AuditTrail(path, new FakeClock()).record({ event: 'accepted', verb, peer, about: { job: 'system' } });
    }
    let last = '';
    for (const { before, hash, ...record } of lines(path)) {
      expect(before).toBe(last);
      last = createHash('sha256')
        .update(`${last}${JSON.stringify(record)}`)
        .digest('hex');
      expect(hash).toBe(last);
    }
    expect(lines(path)).toMatchObject([
      { verb: 'look', uid: 1000, job: 'system' },
      { verb: 'backup', uid: 1000 },
    ]);
  });

  test('counts a flood of refusals instead of writing it', async () => {
    const path = join(made(), 'audit.jsonl');
    const clock = new FakeClock();
    const audit = new AuditTrail(path, clock);
    for (let count = 0; count < 10_000; count++)
      audit.record({ event: 'refused', verb: '?', peer: undefined, why: 'no' });
    expect(lines(path)).toHaveLength(120);
    audit.record({ event: 'accepted', verb: 'backup', peer });
    expect(lines(path).at(-1)).toMatchObject({ event: 'accepted', unwrittenRefusals: 9880 });
  });

  test('cannot be written: nothing may be done', () => {
    const audit = new AuditTrail(join(made(), 'absent', 'audit.jsonl'), new FakeClock());
    expect(() => audit.record({ event: 'accepted', verb: 'backup', peer })).toThrow('cannot be written');
  });
});
