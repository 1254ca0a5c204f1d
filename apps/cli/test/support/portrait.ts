import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';

export interface PortraitOptions {
  /** Folders that get something in them have the time of that moment. */
  readonly folderTimes?: boolean;
  readonly leaveOut?: RegExp;
}

/** Everything below a folder with content, rights, owners and times, a line each. Names are bytes, shown as Latin-1. */
export function portrait(folder: string, { folderTimes = true, leaveOut }: PortraitOptions = {}): readonly string[] {
  const lines = (path: Buffer, shown: string): readonly string[] => {
    const facts = lstatSync(path);
    const head = `${shown} ${(facts.mode & 0o7777).toString(8)} ${facts.uid}:${facts.gid}`;
    const time = Math.round(facts.mtimeMs);
    if (facts.isSymbolicLink()) return [`${shown} -> ${readlinkSync(path, 'latin1')}`];
    if (!facts.isDirectory()) return [`${head} ${time} ${JSON.stringify(readFileSync(path, 'latin1'))}`];
    const names = readdirSync(path, 'latin1').filter((name) => leaveOut?.test(name) !== true);
    return [
      `${head} ${folderTimes ? time : ''}/`,
      ...names
        .toSorted()
        .flatMap((name) => lines(Buffer.from(`${path.toString('latin1')}/${name}`, 'latin1'), `${shown}/${name}`)),
    ];
  };
  return lines(Buffer.from(folder), '');
}
