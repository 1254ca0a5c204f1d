import type { Log } from '@umbracore/contracts';

export interface OperatorLogOptions {
  readonly dir: string;
  /** A pino level; `silent` writes nothing. */
  readonly level: string;
}

/** Disposing it waits until every line is in the file. */
export interface OperatorLog extends Log, AsyncDisposable {}

type Level = 'debug' | 'info' | 'warn' | 'error';
type Write = (level: Level, fields: Readonly<Record<string, unknown>>, message: string) => void;

const levels: readonly string[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

/** Lines that are kept while the file cannot be opened: the newest. */
const mostWaiting = 1000;

/**
 * JSON lines in `umbra.log`. What writes them is loaded with the first line: a run without trouble has none. If the file
 * cannot be written the program goes on without it: a log never stops a backup.
 */
export function operatorLog(options: OperatorLogOptions): OperatorLog {
  let file: Log | undefined;
  let opening: Promise<void> | undefined;
  const waiting: Parameters<Write>[] = [];
  const open = async (): Promise<void> => {
    try {
      const { openLogFile } = await import('./log-file.ts');
      file = openLogFile(options);
    } catch {
      // Too few descriptors, perhaps: the next line tries again.
      opening = undefined;
      waiting.splice(0, Math.max(0, waiting.length - mostWaiting));
      return;
    }
    for (const [level, fields, message] of waiting.splice(0)) file[level](fields, message);
  };
  const write: Write = (level, fields, message) => {
    if (levels.indexOf(level) < levels.indexOf(options.level)) return;
    if (file !== undefined) return file[level](fields, message);
    waiting.push([level, fields, message]);
    opening ??= open();
  };
  return { ...logWith(write, {}), [Symbol.asyncDispose]: () => opening ?? Promise.resolve() };
}

function logWith(write: Write, fields: Readonly<Record<string, unknown>>): Log {
  const at =
    (level: Level) =>
    (more: Readonly<Record<string, unknown>>, message: string): void =>
      write(level, { ...fields, ...more }, message);
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (more) => logWith(write, { ...fields, ...more }),
  };
}
