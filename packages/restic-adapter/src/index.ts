export { createResticBackend } from './backend.ts';
export { createResticCommands } from './commands.ts';
export { compressionFor, type CompressionMode } from './compression.ts';
export { decodeEntryLine, EntryDecoder } from './decode/entry.ts';
export { decodeStatusLine, type Status } from './decode/status.ts';
export { featuresOf, type Features } from './features.ts';
export { findRestic } from './find-restic.ts';
export { verbatimPattern } from './glob.ts';
export { resticPlugin } from './plugin.ts';
