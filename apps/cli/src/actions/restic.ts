import type { Action } from '../command.ts';
import { passThrough } from './pass-through.ts';

export const action: Action<object> = (session, [name = '', ...args]) => passThrough(session, 'restic', name, args);
