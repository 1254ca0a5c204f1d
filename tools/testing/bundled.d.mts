export function bundled(source: string): string;
