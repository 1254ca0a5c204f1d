import type { Log } from '@umbracore/contracts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

export interface LogLine {
  readonly level: LogLevel;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly message: string;
}

/** A log that keeps its lines; those of its children too, with their fields. */
export interface RecordingLog extends Log {
  readonly lines: readonly LogLine[];
  /** Everything as one text, to search for what must not be there. */
  text(): string;
}

export function recordingLog(): RecordingLog {
  const lines: LogLine[] = [];
  return { ...logInto(lines, {}), lines, text: () => lines.map((line) => JSON.stringify(line)).join('\n') };
}

function logInto(lines: LogLine[], common: Readonly<Record<string, unknown>>): Log {
  const write = (level: LogLevel) => (fields: Readonly<Record<string, unknown>>, message: string) => {
    lines.push({ level, fields: { ...common, ...fields }, message });
  };
  return {
    debug: write('debug'),
    info: write('info'),
    warn: write('warn'),
    error: write('error'),
    child: (fields) => logInto(lines, { ...common, ...fields }),
  };
}
