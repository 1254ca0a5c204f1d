export function makeRepository(repository: string, password: string): void;
export function replaceKeys(repository: string, masterKey: string, password: string): void;
