import type { TreeNode } from '../documents/tree.ts';

/** So many blobs of a file are read ahead of the one that is given: a blob has a megabyte or so. */
const ahead = 4;

/** The content of a file, one blob after the other. */
export async function* fileContent(
  { content }: Pick<TreeNode, 'content'>,
  load: (blob: string) => Promise<Buffer>,
): AsyncGenerator<Buffer> {
  const loading: Promise<Buffer>[] = [];
  for (let at = 0; at < content.length; at += 1) {
    for (let next = at + loading.length; loading.length < ahead && next < content.length; next += 1) {
      const blob = load(content[next] ?? '');
      // Looked at when it is its turn; nobody may come that far.
      blob.catch(() => undefined);
      loading.push(blob);
    }
    const blob = await loading.shift();
    if (blob !== undefined) yield blob;
  }
}
