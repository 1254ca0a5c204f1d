import { isAbsolute, parse, relative } from 'node:path';
import { UmbraError, type ErrorCode } from '@umbracore/contracts';
import type * as z from 'zod';
import { frameAt, positionAt } from './frame.ts';
import { secretSpans } from './secret-spans.ts';
import type { Finding, SourceText, Span } from '../reading/source-text.ts';

/** One thing wrong in a configuration file, ready to be printed. */
export interface Problem {
  readonly code: ErrorCode;
  readonly message: string;
  /** Absolute. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in characters. */
  readonly column: number;
  /** The line with a marker below; empty if the file has no lines to show. Holds no secret. */
  readonly frame: string;
  /** One imperative sentence. */
  readonly hint: string | undefined;
}

/** The findings as problems, in the order of the files and of their lines. */
export function toProblems(findings: readonly Finding[], schema: z.core.$ZodType): readonly Problem[] {
  const secrets = new Map<SourceText, readonly Span[]>();
  const files = [...new Set(findings.map(({ source }) => source.file))];
  const broken = new Set(
    findings
      .filter(({ code }) => code === 'config.syntax' || code === 'config.duplicate')
      .map(({ source }) => source.file),
  );
  const secretsOf = (source: SourceText): readonly Span[] => {
    const known = secrets.get(source) ?? secretSpans(schema, source, broken.has(source.file));
    secrets.set(source, known);
    return known;
  };
  return [...findings]
    .sort(
      (one, other) =>
        files.indexOf(one.source.file) - files.indexOf(other.source.file) || one.span.start - other.span.start,
    )
    .map(({ code, message, hint, source, span }) => ({
      code,
      message,
      file: source.file,
      ...positionAt(source.text, span.start),
      frame: source.text.trim() === '' ? '' : frameAt(source.text, span, secretsOf(source)),
      hint,
    }));
}

/** A file as it is named in a report: relative if it is below the current folder, unless that is the root of everything. */
export function shownFile(file: string, cwd: string): string {
  if (parse(cwd).root === cwd) return file;
  const inside = relative(cwd, file);
  return inside === '' || inside.startsWith('..') || isAbsolute(inside) ? file : inside;
}

function section({ code, message, file, line, column, frame, hint }: Problem, cwd: string): string {
  const gutter = ' '.repeat(frame === '' ? 1 : String(line).length);
  return [
    `error[${code}]: ${message}`,
    `${gutter}--> ${shownFile(file, cwd)}:${line}:${column}`,
    ...(frame === '' ? [] : [frame]),
    ...(hint === undefined ? [] : [`${gutter} = hint: ${hint}`]),
  ].join('\n');
}

/** The whole report: each problem with its frame, and how many there are. */
export function formatProblems(problems: readonly Problem[], cwd: string): string {
  const files = [...new Set(problems.map(({ file }) => shownFile(file, cwd)))];
  const count = `${problems.length} ${problems.length === 1 ? 'problem' : 'problems'} in ${files.join(', ')}`;
  return [...problems.map((problem) => section(problem, cwd)), count].join('\n\n');
}

/** The error of a configuration with problems: its message is the report, `context.problems` the list. */
export function configurationError(problems: readonly Problem[], file: string, cwd: string): UmbraError {
  const code = problems[0]?.code ?? 'config.invalid-value';
  return new UmbraError(code, formatProblems(problems, cwd), { context: { file, problems } });
}
