import { randomUUID } from 'node:crypto';

/** A folder may be called `{fd:password}`, and its path must stay what it is: nobody can guess our names. */
export const passwordDescriptor = `password-${randomUUID()}`;

/** Stands in the environment for the number of that descriptor. */
export const passwordNumber = `{fd-number:${passwordDescriptor}}`;
