import * as z from 'zod';
import { errorCatalogue, UmbraError, type ErrorCode } from '@umbracore/contracts';

const count = z.number().nonnegative();

const progress = z.object({
  type: z.literal('progress'),
  phase: z.enum(['scanning', 'uploading', 'verifying', 'restoring', 'forgetting', 'pruning']).optional(),
  percentage: z.number().min(0).max(100).optional(),
  filesProcessed: count.optional(),
  filesTotal: count.optional(),
  bytesProcessed: count.optional(),
  bytesTotal: count.optional(),
  currentFiles: z.array(z.string()).max(16).optional(),
  errorCount: count.optional(),
});

const message = z.discriminatedUnion('type', [
  progress,
  z.object({ type: z.literal('note'), line: z.string() }),
  z.object({ type: z.literal('items'), values: z.array(z.unknown()) }),
  z.object({ type: z.literal('chunk'), data: z.base64() }),
  z.object({ type: z.literal('result'), value: z.unknown().optional() }),
  z.object({
    type: z.literal('error'),
    code: z.string().optional(),
    message: z.string().min(1),
    hint: z.string().optional(),
  }),
]);

/** One line that a program writes. */
export type Message = z.infer<typeof message>;

/** What a line says. Throws `engine.output`. */
export function parseMessage(program: string, line: string): Message {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (cause) {
    throw badOutput(program, `wrote a line that is no JSON: ${start(line)}`, cause);
  }
  return parsed(message, value, program, 'wrote a message that the protocol does not know');
}

const start = (line: string): string => JSON.stringify(line.length > 80 ? `${line.slice(0, 80)}…` : line);

export const badOutput = (program: string, what: string, cause?: unknown): UmbraError =>
  new UmbraError('engine.output', `the plug-in ${program} ${what}`, {
    hint: 'Try the plug-in alone with `umbra plugin check`; docs/plugins.md has the protocol.',
    context: { program },
    cause,
  });

/** A value of a program as it should be. Throws `engine.output` that names the first thing wrong. */
export function parsed<T>(schema: z.ZodType<T>, value: unknown, program: string, what: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.map(String).join('.')}: `;
  throw badOutput(program, `${what}: ${where}${issue?.message ?? ''}`);
}

const codes: ReadonlySet<string> = new Set(Object.keys(errorCatalogue));
const isCode = (code: string | undefined): code is ErrorCode => code !== undefined && codes.has(code);

/** What a program reports as its failure; a code that nobody knows is that of any failure. */
export const reportedError = (
  program: string,
  { code, message, hint }: Extract<Message, { type: 'error' }>,
): UmbraError =>
  new UmbraError(isCode(code) ? code : 'engine.failed', message, {
    hint: hint ?? `Look into logs/umbra.log for what the plug-in ${program} said.`,
    context: { program },
  });
