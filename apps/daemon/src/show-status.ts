import type { Standings } from './standings.ts';

/** What one stream of somebody else's process can show. */
export interface ScreenStream {
  /** How wide the terminal is; undefined if it is none. */
  readonly columns: number | undefined;
  readonly colour: boolean;
}

/** The screen of whoever asked. */
export interface Screen {
  readonly stdout: ScreenStream;
  readonly stderr: ScreenStream;
  readonly unicode: boolean;
}

/** What a command wrote, to be written by whoever asked. */
export interface Shown {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

/** Puts into words how jobs stand. A program that only writes them down starts faster than one that has to find them. */
export type ShowStatus = (standings: Standings, screen: Screen) => Promise<Shown>;
