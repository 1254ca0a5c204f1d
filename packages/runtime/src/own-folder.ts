import { lstatSync, mkdirSync, rmSync } from 'node:fs';
import type { ProcessIdentity } from '@umbracore/contracts';
import { reasonOf } from '@umbracore/contracts';
import { besideScratch, ownedFolder } from './folders-left.ts';

/**
 * Makes a folder for this user alone where others may make folders too, such as below `/tmp`, where its name can be guessed.
 * Gives what is wrong with what is there instead; undefined if it is ours.
 */
export function claimFolder(path: string): string | undefined {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const facts = lstatSync(path);
  const user = process.getuid?.();
  if (!facts.isDirectory()) return `${path} is no folder of its own but a link or a file`;
  if (user === undefined) return undefined;
  if (facts.uid !== user) return `${path} belongs to somebody else (user ${facts.uid})`;
  const mode = facts.mode & 0o777;
  return (mode & 0o077) === 0 ? undefined : `${path} is open to others (mode ${mode.toString(8).padStart(4, '0')})`;
}

export interface Scratch extends Disposable {
  readonly folder: string;
  /** Why it is not the usual one. */
  readonly problem: string | undefined;
}

/** The usual scratch folder; a new one beside it for this process, if somebody else got hold of that. */
export function ownScratch(usual: string, owner: () => ProcessIdentity): Scratch {
  const problem = whyNotOurs(usual);
  if (problem === undefined) return { folder: usual, problem, [Symbol.dispose]() {} };
  const folder = ownedFolder(besideScratch(usual).scratch, owner());
  return { folder, problem, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}

/** A folder that cannot be made is told of by whoever needs it. */
function whyNotOurs(path: string): string | undefined {
  try {
    return claimFolder(path);
  } catch (error) {
    return isThere(path) ? reasonOf(error) : undefined;
  }
}

const isThere = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;
