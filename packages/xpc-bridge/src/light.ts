export { hasNote } from './client/note-in.ts';
export { defaultPolicyFile, defaultSocketDir, socketIn } from './places.ts';
