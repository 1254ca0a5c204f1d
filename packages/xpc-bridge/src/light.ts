export { hasNote } from './client/note-in.ts';
export { defaultPolicyFile, defaultSocketDir, proofDirIn, socketIn } from './places.ts';
export { withoutLogin } from './protocol/address.ts';
