export { createBorgBackend } from './backend.ts';
export { findBorg } from './find-borg.ts';
export { borgPlugin } from './plugin.ts';
