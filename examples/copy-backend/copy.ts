import { randomBytes } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { access, cp, lstat, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, join, matchesGlob, sep } from 'node:path';
import { defineBackend, definePlugin, UmbraError, type FewOfSnapshot, type UnreadableItem } from '@umbracore/contracts';

const isIn = (path: string, folder: string): boolean => `${path}${sep}`.startsWith(`${folder}${sep}`);
const faithfully = { recursive: true, preserveTimestamps: true, verbatimSymlinks: true };

/** Plain copies in folders of their own: `backend: copy`, and a folder as `url`. What has no id for a name is unfinished. */
const copy = defineBackend('copy', ({ definition: { location } }) => {
  const filesOf = (id: string): string => join(location, id, 'files');
  const open = async () => {
    const id = await readFile(join(location, 'copies'), 'utf8').catch(() => '');
    if (id === '') throw new UmbraError('repository.absent', `${location} holds no copies`);
    return { id };
  };
  const snapshots = async () => {
    await open();
    const ids = (await readdir(location)).filter((name) => /^[0-9a-f]{64}$/.test(name));
    const texts = await Promise.all(ids.map((id) => readFile(join(location, id, 'snapshot'), 'utf8')));
    return texts.map((text) => JSON.parse(text) as FewOfSnapshot);
  };
  return {
    version: '1.0.0',
    open,
    snapshots,
    async create() {
      await mkdir(location, { recursive: true });
      await writeFile(join(location, 'copies'), randomBytes(32).toString('hex'), { flag: 'wx' }).catch((cause) => {
        throw new UmbraError('repository.exists', `${location} holds copies already`, { cause });
      });
      return open();
    },
    async backup({ sources, excludes, tags, host, parent = 'none' }, { signal, report }) {
      const id = randomBytes(32).toString('hex');
      const stats = {
        filesNew: 0,
        filesChanged: 0,
        filesUnmodified: 0,
        filesProcessed: 0,
        bytesProcessed: 0,
        bytesAdded: 0,
      };
      const unreadable: UnreadableItem[] = [];
      const filter = async (path: string): Promise<boolean> => {
        signal.throwIfAborted();
        if (excludes.some((pattern) => pattern === path || matchesGlob(basename(path), pattern))) return false;
        const facts = await lstat(path);
        if (facts.isSymbolicLink()) return true;
        const reason = await access(path, constants.R_OK).then(() => '', String);
        if (reason !== '') unreadable.push({ path, reason });
        if (reason !== '' || !facts.isFile()) return reason === '' && facts.isDirectory();
        const old = await lstat(join(filesOf(parent), path)).catch(() => undefined);
        const isSame = old?.size === facts.size && old.mtime.getTime() === facts.mtime.getTime();
        stats[old === undefined ? 'filesNew' : isSame ? 'filesUnmodified' : 'filesChanged'] += 1;
        stats.filesProcessed += 1;
        stats.bytesProcessed += facts.size;
        stats.bytesAdded += facts.size;
        report({ ...stats, currentFiles: [path], errorCount: unreadable.length });
        return true;
      };
      const draft = join(location, `.${id}`);
      try {
        for (const source of sources) await cp(source, join(draft, 'files', source), { ...faithfully, filter });
        await writeFile(join(draft, 'snapshot'), JSON.stringify({ id, time: Date.now(), host, paths: sources, tags }));
        await rename(draft, join(location, id));
      } finally {
        await rm(draft, { recursive: true, force: true });
      }
      return { snapshot: id, stats, unreadable };
    },
    async restore({ snapshot, target, include, exclude, overwrite }, { signal }) {
      const result = { filesRestored: 0, bytesRestored: 0, filesSkipped: 0 };
      const root = filesOf(snapshot);
      const filter = async (from: string, to: string): Promise<boolean> => {
        signal.throwIfAborted();
        const path = from.slice(root.length) || sep;
        const isWanted = include.length === 0 || include.some((one) => isIn(path, one));
        if (exclude.some((one) => isIn(path, one))) return false;
        const [saved, there] = [await lstat(from), await lstat(to).catch(() => undefined)];
        if (saved.isDirectory()) return isWanted || include.some((one) => isIn(one, path === sep ? '' : path));
        if (!isWanted) return false;
        const isKept =
          there !== undefined && (overwrite === 'never' || (overwrite === 'if-newer' && there.mtime >= saved.mtime));
        result[isKept ? 'filesSkipped' : 'filesRestored'] += 1;
        result.bytesRestored += isKept ? 0 : saved.size;
        return !isKept;
      };
      await cp(root, target, { ...faithfully, filter });
      return result;
    },
    async *list(snapshot, folder = '') {
      for (const name of await readdir(join(filesOf(snapshot), folder), { recursive: true })) {
        const path = join(sep, folder, name);
        const facts = await lstat(join(filesOf(snapshot), path));
        const type = facts.isDirectory() ? 'dir' : facts.isSymbolicLink() ? 'symlink' : 'file';
        yield {
          path,
          type,
          size: type === 'file' ? facts.size : 0,
          modifiedAt: facts.mtime.getTime(),
          mode: facts.mode & 0o7777,
        };
      }
    },
    async dump(snapshot, path, sink) {
      for await (const chunk of createReadStream(join(filesOf(snapshot), path))) await sink(chunk as Uint8Array);
    },
    async forget(ids) {
      for (const id of ids) await rm(join(location, id), { recursive: true });
    },
  };
});

export default definePlugin({ name: 'copy', register: (host) => host.addBackend('copy', copy) });
