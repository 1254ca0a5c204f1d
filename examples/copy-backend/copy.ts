import { randomBytes } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import { access, cp, lstat, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { backendPlugin, entryOf, restoring, saving, type FewOfSnapshot } from '@umbracore/contracts';

const faithfully = { recursive: true, preserveTimestamps: true, verbatimSymlinks: true };
const newId = (): string => randomBytes(32).toString('hex');
const factsOf = (path: string) => lstat(path).catch(() => undefined);
const whyNot = (path: string) => access(path, constants.R_OK).catch((reason: unknown) => reason);

/** Plain copies in folders of their own: `backend: copy`, and a folder as `url`. What has no id for a name is unfinished. */
export default backendPlugin('copy', ({ definition: { location } }) => {
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
      const [id, files] = [newId(), saving(spec, live)];
      const draft = join(location, `.${id}`);
      const filter = async (path: string): Promise<boolean> =>
        files.takes(path, await lstat(path), await factsOf(join(filesOf(parent), path)), await whyNot(path));
      try {
        for (const path of paths) await cp(path, join(draft, 'files', path), { ...faithfully, filter });
        await writeFile(join(draft, 'snapshot'), JSON.stringify({ id, time: Date.now(), host, paths, tags }));
        await rename(draft, join(location, id));
      } finally {
        await rm(draft, { recursive: true, force: true });
      }
      return files.result(id);
    },
    async restore(spec, live) {
      const [root, files] = [filesOf(spec.snapshot), restoring(spec, live)];
      const filter = async (from: string, to: string): Promise<boolean> =>
        files.takes(from.slice(root.length) || sep, await lstat(from), await factsOf(to));
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
