import type { OrphanPolicy, ProcessIdentity } from '@umbracore/contracts';

/** The one line of JSON that a shim reads. It travels through a pipe only: nothing of it is ever on a disk. */
export interface ShimSpec {
  readonly program: string;
  readonly args: readonly string[];
  /** With the secret values in place. */
  readonly env: Readonly<Record<string, string>>;
  /** Contents in base64, in the order of their descriptors from 3 on. */
  readonly descriptors: readonly { readonly name: string; readonly content: string }[];
  readonly cwd: string;
  readonly orphanPolicy: OrphanPolicy;
  /** Who of the engine's tree stands still for so long goes on again. */
  readonly longestStopMs: number;
  /** The machine, so that the shim need not look. */
  readonly bootId: string;
  readonly host: string;
  readonly pids?: string | undefined;
  /** Where everything is written, as absolute paths. */
  readonly spool: {
    readonly folder: string;
    readonly stdout: string;
    readonly stderr: string;
    readonly engine: string;
    readonly exit: string;
  };
}

/** The one line of JSON that a shim answers with. */
export type ShimAnswer =
  | { readonly type: 'started'; readonly engine: ProcessIdentity }
  | { readonly type: 'failed'; readonly errno: string; readonly message: string };

/**
 * So often a shim shows that it lives, by the time on the file that its record will be: who has other pids than it, in another
 * container or on another host, sees nothing else of it.
 */
export const beatMs = 5000;

/** What a shim leaves behind when its engine has ended. */
export interface ExitRecord {
  readonly code: number | null;
  readonly signal: string | null;
  /** Milliseconds since 1970. */
  readonly finishedAt: number;
}
