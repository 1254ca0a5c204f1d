import { lstatSync, mkdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  checkPackContent,
  checkPackSizes,
  type ListedNode,
  type ResticRepository,
  type TreeDifference,
  type TreeNode,
} from '@umbracore/restic-reader';
import { changeTree, Dice, pathsBelow } from '../../../tools/testing/random-tree.ts';
import { gather, programOf, resticVersions, World } from './restic.ts';

interface Subject {
  readonly format: 1 | 2;
  readonly compression: string;
  /** The versions that make the backups, in turn, and the one that is asked. */
  readonly writers: readonly string[];
  readonly asked: string;
}

const subjects: readonly Subject[] = [
  { format: 1, compression: 'auto', writers: ['0.14.0'], asked: '0.14.0' },
  { format: 2, compression: 'max', writers: ['0.14.0'], asked: '0.14.0' },
  { format: 2, compression: 'auto', writers: ['0.18.0'], asked: '0.18.0' },
  { format: 1, compression: 'auto', writers: ['0.19.1'], asked: '0.19.1' },
  { format: 2, compression: 'off', writers: ['0.19.1'], asked: '0.19.1' },
  { format: 2, compression: 'auto', writers: ['0.14.0', '0.18.0', '0.19.1'], asked: '0.19.1' },
];

const there = new Set(resticVersions.map(({ version }) => version));
const runnable = subjects.filter(({ writers, asked }) => [...writers, asked].every((version) => there.has(version)));

const snapshotsMade = 5;

const shown = ({ text, node }: ListedNode): Record<string, unknown> => ({
  path: text,
  name: node.name.text,
  type: node.type,
  uid: node.uid,
  gid: node.gid,
  size: node.type === 'file' ? node.size : undefined,
  mode: node.stored['mode'],
  mtime: node.mtime,
  atime: node.atime,
  ctime: node.ctime,
});

const printed = (line: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    ['path', 'name', 'type', 'uid', 'gid', 'size', 'mode', 'mtime', 'atime', 'ctime'].map((name) => [name, line[name]]),
  );

describe.concurrent.each(runnable)(
  'a format $format repository with compression $compression, written by restic $writers, is as restic $asked says',
  ({ format, compression, writers, asked }) => {
    describe('in order', { concurrent: false }, () => {
      const seed = `${format} ${compression} ${writers.join()}`;
      const dice = new Dice(seed);
      const world = new World();
      const program = programOf(asked);
      let repository: ResticRepository;
      let ids: readonly string[] = [];

      const idsNow = async (): Promise<readonly string[]> => (await repository.snapshots()).map(({ id }) => id);
      const backUp = async (turn: number): Promise<void> => {
        const writer = programOf(writers[turn % writers.length] ?? '');
        changeTree(world.sources, dice, 40);
        const options = format === 2 ? ['--compression', compression] : [];
        const tags = turn % 2 === 0 ? ['--tag', `turn ${turn}`, '--tag', 'é'] : [];
        await world.restic(writer, 'backup', ...options, ...tags, '--exclude=none', world.sources);
      };

      beforeAll(async () => {
        world.prepare(format);
        const big = join(world.sources, 'big');
        mkdirSync(big);
        for (let file = 0; file < 1000; file += 1) writeFileSync(join(big, `${dice.below(1_000_000)}`), '');
        for (let turn = 0; turn < snapshotsMade; turn += 1) await backUp(turn);
        repository = await world.open();
        ids = await idsNow();
      }, 120_000);
      afterAll(async () => {
        await repository[Symbol.asyncDispose]();
        world[Symbol.dispose]();
      });

      const comparesSnapshots = async (): Promise<void> => {
        const documents: unknown = JSON.parse(await world.restic(program, '--json', '--no-lock', 'snapshots'));
        const ours = (await repository.snapshots()).map((snapshot) => ({
          id: snapshot.id,
          short_id: snapshot.id.slice(0, 8),
          time: snapshot.time,
          tree: snapshot.tree,
          paths: snapshot.paths,
          hostname: snapshot.host,
          username: snapshot.user,
          excludes: snapshot.excludes,
          ...(snapshot.tags.length > 0 && { tags: snapshot.tags }),
          ...(snapshot.parent !== undefined && { parent: snapshot.parent }),
          ...(snapshot.original !== undefined && { original: snapshot.original }),
          ...(asked !== '0.14.0' && snapshot.program !== undefined && { program_version: snapshot.program }),
          ...(snapshot.summary !== undefined && {
            summary: expect.objectContaining({
              backup_start: snapshot.summary.backupStart,
              backup_end: snapshot.summary.backupEnd,
              total_files_processed: snapshot.summary.filesProcessed,
              data_added: snapshot.summary.bytesAdded,
              data_added_packed: snapshot.summary.bytesStored,
            }),
          }),
        }));
        expect(documents).toEqual(ours.map((snapshot) => expect.objectContaining(snapshot)));
      };

      it('tells the same facts', async () => {
        const config: unknown = JSON.parse(await world.restic(program, '--no-lock', 'cat', 'config'));
        expect(config).toMatchObject({ id: repository.id, version: repository.version });
        expect(repository.version).toBe(format);
      });

      it('has the same snapshots', async () => {
        expect(ids).toHaveLength(snapshotsMade);
        await comparesSnapshots();
      });

      it('lists the same entries in the same order', async () => {
        for (const id of ids) {
          const lines = await world.resticLines(program, 'ls', id);
          const nodes = lines.filter(({ struct_type: type }) => type === 'node');
          const listed = (await gather(repository.ls(id))).map(shown);
          expect(listed.length).toBeGreaterThan(5);
          expect(listed).toEqual(nodes.map(printed));
        }
      });

      it('lists the same entries below a path', async () => {
        const id = ids.at(-1) ?? '';
        const all = await gather(repository.ls(id));
        const plain = all.filter(({ path, text }) => path.equals(Buffer.from(text)) && !/[[\]*?\\]/.test(text));
        for (const below of ['/', world.folder, `${world.sources}/`, dice.of(plain).text, '/nothing/there']) {
          const lines = await world.resticLines(program, 'ls', '--recursive', id, below);
          const nodes = lines.filter(({ struct_type: type }) => type === 'node');
          expect((await gather(repository.ls(id, { below }))).map(shown)).toEqual(nodes.map(printed));
        }
      });

      it('has the names, targets and contents that lie on the disk', async () => {
        const all = await gather(repository.ls(ids.at(-1) ?? ''));
        const below = all.filter(({ text }) => text.startsWith(`${world.sources}/`));
        const hex = (paths: readonly Uint8Array[]): readonly string[] =>
          paths.map((path) => Buffer.from(path).toString('hex')).sort();
        expect(hex(below.map(({ path }) => path))).toEqual(hex(pathsBelow(Buffer.from(world.sources))));
        for (const { path, node } of below) expect(facts(node)).toEqual(factsOnDisk(path));
        const links = below.filter(({ node }) => node.type === 'symlink' && keepsRawTargets(node));
        for (const { path, node } of links) expect(node.linkTarget).toEqual(readlinkSync(path, { encoding: 'buffer' }));
        for (const { path, node } of below.filter(({ node: { type } }) => type === 'file')) {
          const blobs = await Promise.all(node.content.map((id) => repository.blob('data', id)));
          expect(Buffer.concat(blobs).equals(readFileSync(path))).toBe(true);
        }
      });

      it('differs between its snapshots as restic says', async () => {
        const snapshots = await repository.snapshots();
        for (const [at, after] of snapshots.entries()) {
          const before = snapshots[at - 1] ?? snapshots.at(-1);
          if (before === undefined) continue;
          const lines = await world.resticLines(program, 'diff', '--metadata', before.id, after.id);
          const theirs = lines
            .filter(({ message_type: type }) => type === 'change')
            .map(({ path, modifier }) => `${withoutSlash(String(path))} ${modifierOf(String(modifier))}`);
          const differences = await gather(repository.differences(before.tree, after.tree));
          const ours = withoutInsides(differences).map(
            (difference) => `${(difference.after ?? difference.before)?.text} ${difference.change}`,
          );
          expect(ours.sort()).toEqual(theirs.sort());
        }
      });

      it('has the same packs, blobs and index, and all of it is whole', async () => {
        const list = async (what: string): Promise<readonly string[]> =>
          (await world.restic(program, '--no-lock', 'list', what))
            .split('\n')
            .filter((line) => line !== '')
            .sort();
        const { files, blobs } = await repository.index();
        expect([...files].sort()).toEqual(await list('index'));
        expect([...blobs.packs].sort()).toEqual(await list('packs'));
        expect([...blobs.blobs()].map(({ type, id }) => `${type} ${id}`).sort()).toEqual(await list('blobs'));
        expect(await checkPackSizes(repository)).toEqual([]);
        for (const pack of blobs.packs) await checkPackContent(repository, pack);
      });

      it('stays the same when snapshots are tagged, forgotten and pruned, for a reader that is open all the while', async () => {
        await world.restic(program, 'tag', '--add', 'later', ids[1] ?? '');
        await world.restic(program, 'forget', '--prune', ids[0] ?? '', ids[2] ?? '');
        await comparesSnapshots();
        for (const id of await idsNow()) {
          const nodes = (await world.resticLines(program, 'ls', id)).filter(({ struct_type: type }) => type === 'node');
          const listed = await gather(repository.ls(id));
          expect(listed.map(shown)).toEqual(nodes.map(printed));
          for (const { node } of listed) for (const blob of node.content) await repository.blob('data', blob);
        }
        expect(await checkPackSizes(repository)).toEqual([]);
      });
    });
  },
);

/** What the last backup saw is what lies on the disk now. */
const facts = ({ type, mode, uid, gid, size, inode, links, mtime }: TreeNode): Record<string, unknown> => ({
  mode: type === 'symlink' ? 0o777 : mode,
  uid,
  gid,
  inode,
  mtime: nanoseconds(mtime),
  ...(type === 'file' && { size, links }),
});

function factsOnDisk(path: Buffer): Record<string, unknown> {
  const { mode, uid, gid, size, ino, nlink, mtimeNs } = lstatSync(path, { bigint: true });
  return {
    mode: Number(mode & 0o7777n),
    uid: Number(uid),
    gid: Number(gid),
    inode: ino,
    mtime: mtimeNs,
    ...(lstatSync(path).isFile() && { size: Number(size), links: Number(nlink) }),
  };
}

function nanoseconds(time: string): bigint {
  const fraction = /\.(\d+)/.exec(time)?.[1] ?? '';
  return BigInt(Date.parse(time.replace(/\.\d+/, ''))) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
}

/** Before 0.16 restic replaced what is no UTF-8. */
const keepsRawTargets = ({ stored }: TreeNode): boolean =>
  stored['linktarget_raw'] !== undefined || !String(stored['linktarget']).includes('\uFFFD');

const withoutSlash = (path: string): string => (path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path);

/** restic does not tell what was in a folder that is a file now, or the other way round. */
function withoutInsides(differences: readonly TreeDifference[]): readonly TreeDifference[] {
  const prefixes = differences
    .filter(({ change }) => change === 'type-changed')
    .map(({ before }) => `${before?.path.toString('latin1')}/`);
  return differences.filter(({ before, after }) => {
    const path = (before ?? after)?.path.toString('latin1') ?? '';
    return !prefixes.some((prefix) => path.startsWith(prefix));
  });
}

function modifierOf(letters: string): string {
  if (letters.includes('?')) return 'suspicious';
  if (letters.includes('T')) return 'type-changed';
  const names: Readonly<Record<string, string>> = { '+': 'added', '-': 'removed', M: 'modified', U: 'metadata' };
  return names[letters] ?? letters;
}
