import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Where it is noted that a privileged engine was asked for from a spool folder. */
export const noteIn = (spool: string): string => join(spool, 'bridge.json');

/** True if one was. */
export const hasNote = (spool: string): boolean => existsSync(noteIn(spool));
