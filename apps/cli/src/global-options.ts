import type { OptionDefinition } from './command.ts';
import type { ColourChoice } from './output/colour.ts';

export type ProgressChoice = 'auto' | 'bar' | 'plain' | 'json' | 'none';

/** What every command understands, wherever it stands in the line. */
export interface GlobalOptions {
  readonly config?: string;
  readonly json?: boolean;
  readonly plain?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: number;
  readonly color: ColourChoice;
  readonly progress: ProgressChoice;
  readonly input: boolean;
  readonly yes?: boolean;
}

export const globalOptions: readonly OptionDefinition[] = [
  { flags: '-c, --config <file>', text: 'configuration file instead of the discovered one' },
  { flags: '--json', text: 'answer as JSON' },
  { flags: '--plain', text: 'tab-separated tables, no colour, no bar' },
  { flags: '-q, --quiet', text: 'say only what went wrong' },
  { flags: '-v, --verbose', text: 'say more; twice: also the notes of the engine' },
  { flags: '--color <when>', text: 'auto, always or never', choices: ['auto', 'always', 'never'] },
  {
    flags: '--progress <form>',
    text: 'auto, bar, plain, json or none',
    choices: ['auto', 'bar', 'plain', 'json', 'none'],
  },
  { flags: '--no-input', text: 'never ask' },
  { flags: '-y, --yes', text: 'agree to what would be asked' },
];

export const globalDefaults: GlobalOptions = { color: 'auto', progress: 'auto', input: true };
