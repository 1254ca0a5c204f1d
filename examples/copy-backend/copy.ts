import { createReadStream } from 'node:fs';
import { access, constants, cp, lstat, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { backendPlugin, entryOf, restoring, saving, type FewOfSnapshot } from '@umbracore/contracts';

const faithfully = { recursive: true, preserveTimestamps: true, verbatimSymlinks: true };
const factsOf = (path: string) => lstat(path).catch(() => undefined);
const whyNot = (path: string) => access(path, constants.R_OK).catch((reason: unknown) => reason);

/** Plain copies in folders of their own: `backend: copy`, and a folder as `url`. What has no id for a name is unfinished. */
export default backendPlugin('copy', ({ definition: { location } }) => {
  const at = (...names: string[]): string => join(location, ...names);
  const open = async () => ({ id: await readFile(at('copies'), 'utf8') });
  return {
    version: '1.0.0',
    open,
    async create() {
      await mkdir(location, { recursive: true });
      await writeFile(at('copies'), crypto.randomUUID(), { flag: 'wx' });
      return open();
    },
    async snapshots() {
      await open();
      const ids = (await readdir(location)).filter((name) => /^[0-9a-f]{32}$/.test(name));
      return Promise.all(ids.map(async (id) => JSON.parse(await readFile(at(id, 'facts'), 'utf8')) as FewOfSnapshot));
    },
    async backup(spec, live) {
      const { sources: paths, tags, host, parent = 'none' } = spec;
      const [id, files] = [crypto.randomUUID().replaceAll('-', ''), saving(spec, live)];
      const draft = at(`.${id}`);
      const filter = async (path: string): Promise<boolean> =>
        files.takes(path, await lstat(path), await factsOf(at(parent, 'files', path)), await whyNot(path));
      try {
        for (const path of paths) await cp(path, join(draft, 'files', path), { ...faithfully, filter });
        await writeFile(join(draft, 'facts'), JSON.stringify({ id, time: Date.now(), host, paths, tags }));
        await rename(draft, at(id));
      } finally {
        await rm(draft, { recursive: true, force: true });
      }
      return files.result(id);
    },
    async restore(spec, live) {
      const [root, files] = [at(spec.snapshot, 'files'), restoring(spec, live)];
      const filter = async (from: string, to: string): Promise<boolean> =>
        files.takes(from.slice(root.length) || sep, await lstat(from), await factsOf(to));
      await cp(root, spec.target, { ...faithfully, filter });
      return files.result;
    },
    async *list(id, wanted = sep) {
      for (const name of await readdir(at(id, 'files'), { recursive: true })) {
        const path = join(sep, name);
        if (join(path, sep).startsWith(join(wanted, sep))) yield entryOf(path, await lstat(at(id, 'files', name)));
      }
    },
    async dump(id, path, sink) {
      for await (const chunk of createReadStream(at(id, 'files', path))) await sink(chunk as Uint8Array);
    },
    async forget(ids) {
      for (const id of ids) await rm(at(id), { recursive: true });
    },
  };
});
