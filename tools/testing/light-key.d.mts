export function replaceKeys(repository: string, masterKey: string, password: string): void;
