export function makeRepository(repository: string, password: string, version?: 1 | 2): Uint8Array;
export function replaceKeys(repository: string, masterKey: string, password: string): void;
export function addKey(repository: string, masterKey: string, password: string): string;
export function addSnapshot(repository: string, master: Uint8Array, document: unknown): string;
export function addLock(repository: string, master: Uint8Array, document: unknown): string;
/** Each tree is given the ids of those before it. */
export function addTrees(
  repository: string,
  master: Uint8Array,
  trees: readonly ((earlier: readonly string[]) => readonly object[])[],
): readonly string[];
