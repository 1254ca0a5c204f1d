import type { EntryType } from '@umbracore/contracts';
import type { FindFlags } from '../commands/find.ts';
import { partOfName } from './part-of-name.ts';

const types = { f: 'file', d: 'dir', l: 'symlink' } as const;

export const typeOf = ({ type }: FindFlags): EntryType | undefined => (type === undefined ? undefined : types[type]);

export const patternOf = (text: string, { part }: FindFlags): string => (part === true ? partOfName(text) : text);
