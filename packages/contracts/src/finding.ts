/** What an examination looks at. */
export const findingAreas = [
  'helper',
  'restic',
  'engine',
  'config',
  'state',
  'clock',
  'schedule',
  'repository',
  'source',
  'restore',
  'lock',
  'machine-key',
  'quota',
  'notification',
] as const;
export type FindingArea = (typeof findingAreas)[number];

/** One thing that was looked at. */
export interface Finding {
  readonly area: FindingArea;
  readonly standing: 'good' | 'attention' | 'bad';
  /** What it is about, such as the name of a repository. */
  readonly subject: string;
  /** A sentence without its full stop. */
  readonly text: string;
  /** The command or the deed that helps. */
  readonly fix?: string;
  /** The error code, if there is one. */
  readonly code?: string;
}
