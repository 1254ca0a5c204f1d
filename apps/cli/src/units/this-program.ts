import { realpathSync } from 'node:fs';

/** Node and this program, as absolute paths. */
export const thisProgram = (): readonly string[] => [
  process.execPath,
  ...(process.argv[1] === undefined ? [] : [realpathSync(process.argv[1])]),
];
