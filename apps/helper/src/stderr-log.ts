import type { Log } from '@umbracore/contracts';

type Fields = Readonly<Record<string, unknown>>;

/** JSON lines on standard error, where a service manager takes them. Nothing finer than `info`. */
export function stderrLog(own: Fields = {}): Log {
  const at =
    (level: string) =>
    (fields: Fields, message: string): void =>
      void process.stderr.write(`${JSON.stringify({ level, ...own, ...fields, msg: message })}\n`);
  return {
    debug: () => undefined,
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    child: (fields) => stderrLog({ ...own, ...fields }),
  };
}
