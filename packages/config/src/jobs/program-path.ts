import { absolutePath, type Folders } from '../reading/file-path.ts';

/** A program is looked for on the PATH, unless it is written as a path. */
export const programPath = (word: string, folders: Folders): string =>
  /^(?:\.{1,2}|~)[\\/]/.test(word) ? absolutePath(word, folders) : word;
