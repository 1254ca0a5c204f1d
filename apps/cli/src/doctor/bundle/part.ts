import type { Finding, UmbraError } from '@umbracore/contracts';
import type { Runtime } from '@umbracore/runtime';
import type { Session } from '../../session.ts';

/** What an examination found, and what it could open for that. */
export interface Examined {
  readonly session: Session;
  /** With an empty configuration where there is none that can be read; undefined where not even that opens. */
  readonly runtime: Runtime | undefined;
  /** Why the configuration, or anything, could not be opened. */
  readonly obstacle: UmbraError | undefined;
  /** What broke the examination off. */
  readonly broken: UmbraError | undefined;
  readonly findings: readonly Finding[];
  readonly exitCode: number;
}

/** One file of a support bundle. Only what is one of these is in it. */
export interface Part {
  readonly name: string;
  /** What people are told of it. */
  readonly holds: string;
  /** Its text. What it throws stands in its place. */
  readonly make: (examined: Examined) => string | Promise<string>;
}

/** One that was made, or could not be. */
export interface MadePart extends Pick<Part, 'name' | 'holds'> {
  readonly text: string;
  /** Why `text` is only the error. */
  readonly problem: string | null;
}

/** One as it may be shown. */
export interface ScreenedPart extends MadePart {
  /** It was longer. */
  readonly isCut: boolean;
}
