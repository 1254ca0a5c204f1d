import { toUmbraError } from '@umbracore/contracts';
import { deepEqual, equal, ok } from 'node:assert/strict';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type BackendCase, aRestoreSpec, awkwardFiles, withBackup } from '../backend-subject.ts';

export const restoreCases: readonly BackendCase[] = [
  {
    name: 'restore gives back the same bytes under the full paths',
    async run(subject) {
      const { source, id } = await withBackup(subject, awkwardFiles);
      const spec = aRestoreSpec(subject, id);
      const result = await subject.backend.restore(spec);
      deepEqual([result.failedCount, result.failed], [0, []]);
      for (const [name, content] of Object.entries(awkwardFiles)) {
        equal(await readFile(join(spec.target, source, name), 'utf8'), content, JSON.stringify(name));
      }
    },
  },
  {
    name: 'restore writes only what is included, taken verbatim and not as a pattern',
    async run(subject) {
      const { source, id } = await withBackup(subject, { 'a*': 'star', ab: 'beta', 'c/d': 'delta' });
      const spec = aRestoreSpec(subject, id, { include: [join(source, 'a*'), join(source, 'c')] });
      await subject.backend.restore(spec);
      deepEqual((await readdir(join(spec.target, source))).sort(), ['a*', 'c']);
      equal(await readFile(join(spec.target, source, 'c/d'), 'utf8'), 'delta');
    },
  },
  {
    // An engine that cannot tell the modes apart has to refuse a folder that is not empty.
    name: 'restore with overwrite never leaves what is there, and with always replaces it or refuses',
    async run(subject) {
      const { source, id } = await withBackup(subject, { 'a.txt': 'saved' });
      const spec = aRestoreSpec(subject, id, { overwrite: 'never' });
      const path = join(spec.target, source, 'a.txt');
      await mkdir(dirname(path), { recursive: true });
      await writeFile(path, 'mine');
      const refusal = await subject.backend.restore(spec).then(() => undefined, toUmbraError);
      equal(await readFile(path, 'utf8'), 'mine');
      if (refusal) {
        equal(refusal.code, 'backend.unsupported');
        return;
      }
      await subject.backend.restore({ ...spec, overwrite: 'always' });
      equal(await readFile(path, 'utf8'), 'saved');
    },
  },
  {
    name: 'dump gives the bytes of one file',
    needs: ['dump'],
    async run(subject) {
      const { source, id } = await withBackup(subject, awkwardFiles);
      for (const name of ['big.bin', 'line\nbreak']) {
        const chunks: Uint8Array[] = [];
        await subject.backend.dump(id, join(source, name), (chunk) => void chunks.push(Uint8Array.from(chunk)));
        equal(Buffer.concat(chunks).toString(), awkwardFiles[name]);
      }
    },
  },
  {
    name: 'dump with archive gives a folder with everything in it',
    needs: ['archive'],
    async run(subject) {
      const { source, id } = await withBackup(subject, { 'plain.txt': 'alpha', 'deep/er': 'beta' });
      const chunks: Uint8Array[] = [];
      const take = (chunk: Uint8Array): void => void chunks.push(Uint8Array.from(chunk));
      await subject.backend.dump(id, source, take, { archive: 'tar' });
      const text = Buffer.concat(chunks).toString('latin1');
      const inside = source.slice(1);
      for (const part of [`${inside}/plain.txt`, 'alpha', `${inside}/deep/er`, 'beta']) ok(text.includes(part), part);
    },
  },
];
