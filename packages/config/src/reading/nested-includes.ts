import { dirname, resolve } from 'node:path';
import { circleFindings } from '../chains/circles.ts';
import { list } from '../list.ts';
import { shownFile } from '../report/problem.ts';
import { isMap } from './path.ts';
import { nearestSpan, type Finding, type SourceText } from './source-text.ts';

/** Included files that say what they include: nothing of it is read, and where it leads in a circle, the circle is shown. */
export function nestedIncludes(main: SourceText, included: readonly SourceText[], cwd: string): readonly Finding[] {
  const nested = included.filter(({ value }) => isMap(value) && value['include'] !== undefined);
  if (nested.length === 0) return [];
  const nameOf = (file: string): string => shownFile(file, cwd);
  const edges = [
    ...included.map(({ file }) => edge(main, nameOf(main.file), nameOf(file))),
    ...nested.flatMap((source) =>
      targetsIn(source).map(({ file, path }) => edge(source, nameOf(source.file), nameOf(file), path)),
    ),
  ];
  const names = [main, ...included].map(({ file }) => nameOf(file));
  const circles = circleFindings(names, edges, (shown) => ({
    message: `files include each other in a circle: ${shown}`,
    hint: instead(main, cwd),
  }));
  const others = nested.filter((source) => circles.every((found) => found.source !== source));
  return [
    ...circles,
    ...others.map((source) => ({
      code: 'config.unknown-key' as const,
      message: 'a file that is included cannot include others',
      hint: instead(main, cwd),
      source,
      span: nearestSpan(source, ['include'], 'key'),
    })),
  ];
}

const instead = ({ file }: SourceText, cwd: string): string =>
  `remove it, and name what is still missing in the "include" of ${shownFile(file, cwd)}`;

const edge = (source: SourceText, from: string, to: string, path: readonly (string | number)[] = ['include']) => ({
  from,
  to,
  place: () => ({ source, span: nearestSpan(source, path, 'value') }),
});

function targetsIn({ file, value }: SourceText) {
  const written = isMap(value) ? value['include'] : undefined;
  return list(written).flatMap((name, index) =>
    typeof name === 'string'
      ? [{ file: resolve(dirname(file), name), path: ['include', ...(Array.isArray(written) ? [index] : [])] }]
      : [],
  );
}
