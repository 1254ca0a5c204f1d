export type { Program } from './ask.ts';
export { refusedIn, type AskedRules } from './checked-beforehand.ts';
export { limits, usualPatience, type Patience } from './limits.ts';
export { programPlugin, type ProgramPluginOptions } from './plugin.ts';
export { programCommand } from './command.ts';
