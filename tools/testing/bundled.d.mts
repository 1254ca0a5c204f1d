export function bundled(source: string, ...beside: readonly string[]): string;
