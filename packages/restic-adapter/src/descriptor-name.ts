import { randomUUID } from 'node:crypto';

/** A file may be called `{fd:password}`, and its path must stay what it is: nobody can guess our names. */
const mark = randomUUID();

/** Name under which a content is handed to the engine. */
export const descriptorName = (content: string): string => `${content}-${mark}`;

/** Stands in an argument for the path of that content. */
export const descriptorPath = (content: string): string => `{fd:${descriptorName(content)}}`;
