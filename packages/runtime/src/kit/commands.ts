import { engineOf } from './engine.ts';
import type { KitFacts } from './facts.ts';

export type KitPurpose = 'set-up' | 'list' | 'restore' | 'restore-path' | 'dump' | 'mount' | 'check' | 'key';

/** What to type into a POSIX shell for one purpose. All but the set-up itself come after it, in the same shell. */
export interface KitCommand {
  readonly purpose: KitPurpose;
  readonly lines: readonly string[];
}

/** The commands of a kit: nothing in them but the shell, what every system has beside it, and the engine. */
export const kitCommands = (facts: KitFacts): readonly KitCommand[] => engineOf(facts).commands(facts);
