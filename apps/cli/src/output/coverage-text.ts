import { formatQuantity, formatSize } from './sizes.ts';

interface ReadCounts {
  readonly trees: number;
  readonly packs: number;
  readonly bytes: number;
}

/** What a check read beside the structure. */
export function readText({ trees, packs, bytes }: ReadCounts): string {
  if (packs === 0 && trees === 0) return 'nothing was new';
  const folders = formatQuantity(trees, 'folder');
  return packs === 0
    ? `${folders} read`
    : `${formatQuantity(packs, 'pack')} (${formatSize(bytes)}) and ${folders} read`;
}
