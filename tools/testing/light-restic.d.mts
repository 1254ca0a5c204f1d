export function lightRestic(folder: string, restic: string): string;
