import { createHash } from 'node:crypto';
import { isUmbraError, type ErrorCode } from '@umbracore/contracts';
import { checkPackContent, checkPackSizes, openRepository } from '@umbracore/restic-reader';
import { gather, password } from './restic.ts';

/** What a reader says of a repository, as far as it gets. */
export interface Answers {
  /** One line for each fact: a snapshot, an entry with its content. */
  readonly facts: readonly string[];
  /** Code and text of each failure, and each problem of a pack. */
  readonly problems: readonly { readonly code: ErrorCode | 'pack'; readonly text: string }[];
}

/** Reads all there is, each thing by itself, so that one failure does not hide another. */
export async function readEverything(path: string): Promise<Answers> {
  const facts: string[] = [];
  const problems: Answers['problems'][number][] = [];
  const attempt = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      if (!isUmbraError(error)) throw error;
      problems.push({ code: error.code, text: error.message });
      return undefined;
    }
  };
  const repository = await attempt(() => openRepository(path, { password }));
  if (repository === undefined) return { facts, problems };
  facts.push(`repository ${repository.id}`);
  for (const id of (await attempt(() => repository.snapshotIds())) ?? []) {
    const snapshot = await attempt(() => repository.snapshot(id));
    if (snapshot === undefined) continue;
    facts.push(`snapshot ${JSON.stringify(snapshot)}`);
    const nodes = (await attempt(() => gather(repository.ls(id)))) ?? [];
    for (const { text, node } of nodes) {
      facts.push(`${id} ${text} ${JSON.stringify(node.stored)}`);
      const blobs = await attempt(() => Promise.all(node.content.map((blob) => repository.blob('data', blob))));
      if (blobs !== undefined)
        facts.push(`${id} ${text} ${createHash('sha256').update(Buffer.concat(blobs)).digest('hex')}`);
    }
  }
  for (const problem of (await attempt(() => checkPackSizes(repository))) ?? []) {
    problems.push({ code: 'pack', text: `${problem.type} ${problem.pack}` });
  }
  const index = await attempt(() => repository.index());
  for (const pack of index?.blobs.packs ?? []) await attempt(() => checkPackContent(repository, pack));
  await repository[Symbol.asyncDispose]();
  return { facts, problems };
}
