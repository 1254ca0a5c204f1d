import { randomBytes } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { access, cp, lstat, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { defineBackend, definePlugin, entryOf, restoring, saving, type FewOfSnapshot } from '@umbracore/contracts';

const faithfully = { recursive: true, preserveTimestamps: true, verbatimSymlinks: true };
const newId = (): string => randomBytes(32).toString('hex');
const factsOf = (path: string) => lstat(path).catch(() => undefined);

/** Plain copies in folders of their own: `backend: copy`, and a folder as `url`. What has no id for a name is unfinished. */
const copy = defineBackend('copy', ({ definition: { location } }) => {
  const filesOf = (id: string): string => join(location, id, 'files');
  const open = async () => ({ id: await readFile(join(location, 'copies'), 'utf8') });
  return {
    version: '1.0.0',
    open,
    async create() {
      await mkdir(location, { recursive: true });
      await writeFile(join(location, 'copies'), newId(), { flag: 'wx' });
      return open();
    },
    async snapshots() {
      await open();
      const ids = (await readdir(location)).filter((name) => /^[0-9a-f]{64}$/.test(name));
      const texts = await Promise.all(ids.map((id) => readFile(join(location, id, 'snapshot'), 'utf8')));
      return texts.map((text) => JSON.parse(text) as FewOfSnapshot);
    },
    async backup(spec, live) {
      const { sources: paths, tags, host, parent = 'none' } = spec;
      const id = newId();
      const saved = saving(spec, live);
      const filter = async (path: string): Promise<boolean> => {
        if (saved.leavesOut(path)) return false;
        const facts = await lstat(path);
        if (facts.isSymbolicLink()) return true;
        const reason = await access(path, constants.R_OK).then(() => '', String);
        if (reason !== '') saved.unreadable(path, reason);
        else if (facts.isFile()) saved.saved(path, facts, await factsOf(join(filesOf(parent), path)));
        return reason === '' && (facts.isFile() || facts.isDirectory());
      };
      const draft = join(location, `.${id}`);
      try {
        for (const path of paths) await cp(path, join(draft, 'files', path), { ...faithfully, filter });
        await writeFile(join(draft, 'snapshot'), JSON.stringify({ id, time: Date.now(), host, paths, tags }));
        await rename(draft, join(location, id));
      } finally {
        await rm(draft, { recursive: true, force: true });
      }
      return saved.result(id);
    },
    async restore(spec, live) {
      const root = filesOf(spec.snapshot);
      const files = restoring(spec, live);
      const filter = async (from: string, to: string): Promise<boolean> => {
        const path = from.slice(root.length) || sep;
        const facts = await lstat(from);
        return facts.isDirectory() ? files.enters(path) : files.brings(path, facts, await factsOf(to));
      };
      await cp(root, spec.target, { ...faithfully, filter });
      return files.result;
    },
    async *list(id, folder = '') {
      for (const name of await readdir(join(filesOf(id), folder), { recursive: true }))
        yield entryOf(join(sep, folder, name), await lstat(join(filesOf(id), folder, name)));
    },
    async dump(id, path, sink) {
      for await (const chunk of createReadStream(join(filesOf(id), path))) await sink(chunk as Uint8Array);
    },
    async forget(ids) {
      for (const id of ids) await rm(join(location, id), { recursive: true });
    },
  };
});

export default definePlugin({ name: 'copy', register: (host) => host.addBackend('copy', copy) });
