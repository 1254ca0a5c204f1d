import { borgKit } from './borg-kit.ts';
import type { KitCommand } from './commands.ts';
import type { KitFacts } from './facts.ts';
import { resticKit } from './restic-kit.ts';

/** How repositories of an engine are restored with it alone. */
export interface KitEngine {
  /** As it is typed. */
  readonly program: string;
  readonly passwordVariable: string;
  readonly commands: (facts: KitFacts) => readonly KitCommand[];
  readonly howToGet: (facts: KitFacts) => string;
  readonly restoreText: (facts: KitFacts) => string;
  /** How a path is written that is to be restored. */
  readonly pathText: string;
}

/** The backends that there can be a kit for. */
export const hasKit = (backend: string): backend is keyof typeof engines => backend in engines;

const engines = { restic: resticKit, borg: borgKit } as const;

export const engineOf = ({ engine: { name } }: Pick<KitFacts, 'engine'>): KitEngine =>
  hasKit(name) ? engines[name] : resticKit;
