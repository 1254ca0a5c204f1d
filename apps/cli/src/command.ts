import type { Session } from './session.ts';

/** Headings of the root help, in its order. */
export const groups = ['Start', 'Every day', 'Get data back', 'Look after it'] as const;
export type Group = (typeof groups)[number];

/** Does the work of a command. Resolves to the exit code; nothing means done. Rejects with an `UmbraError`. */
export type Action<Flags> = (session: Session, args: readonly string[], flags: Flags) => Promise<number | void>;

export interface OptionDefinition {
  /** As commander writes them: `-l, --long <value>`. */
  readonly flags: string;
  readonly text: string;
  readonly choices?: readonly string[];
  /** May be given several times, choices also with commas between them; the value is then a list. */
  readonly repeat?: boolean;
  /** Turns the text into the value; undefined refuses it. */
  readonly parse?: (text: string) => unknown;
  /** What `parse` accepts, for the message that refuses. */
  readonly expects?: string;
  /** For `--name[=value]`: what the bare `--name` stands for. It never takes the next word as its value. */
  readonly bare?: string;
}

/** One command as data: enough for help and completion, without loading what it does. */
export interface CommandDefinition {
  readonly name: string;
  /** Operands as commander writes them: `<ref> [path...]`. */
  readonly operands?: string;
  readonly text: string;
  readonly group?: Group;
  readonly options?: readonly OptionDefinition[];
  readonly examples?: readonly string[];
  /** More for its own help page. */
  readonly notes?: readonly string[];
  readonly hidden?: boolean;
  /** Has no line of its own in the root help: it is only named there, as all with commands of their own are. */
  readonly brief?: boolean;
  /** Names of what completion offers for the operands. */
  readonly completes?: 'jobs' | 'chains' | 'refs' | 'repositories' | 'channels' | 'topics';
  readonly children?: readonly CommandDefinition[];
  readonly load?: () => Promise<{ readonly action: Action<never> }>;
}

/** Names a command; exists for the type. */
export const defineCommand = (definition: CommandDefinition): CommandDefinition => definition;
