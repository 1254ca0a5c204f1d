import type { OptionDefinition } from '../command.ts';

/** For what the catalog can answer as well. */
export const offline: OptionDefinition = { flags: '--offline', text: 'ask the catalog, not the repository' };
