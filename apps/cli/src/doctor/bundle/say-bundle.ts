import { printable } from '../../output/printable.ts';
import { formatQuantity, formatSize } from '../../output/sizes.ts';
import type { Session } from '../../session.ts';
import type { BundleFacts } from './bundle.ts';

/** Where it is, what is in it, what is not, and that it can be looked at before it is given away. */
export function sayBundle(session: Session, { file, bytes, parts, secretsKnown, secretsUnknown }: BundleFacts): void {
  const { style } = session.stdout;
  const [good, bad] = [style.green(session.signs.good), style.red(session.signs.bad)];
  session.say(`${good} ${style.bold('bundle')}  ${printable(file)}, ${formatSize(bytes)}, mode 0600`);
  session.sayTable(
    [{ title: '', tight: true }, { title: '' }, { title: '', align: 'right' }, { title: '' }],
    parts.map(({ name, holds, bytes: size, cut, problem }) => [
      `  ${problem === null ? good : bad}`,
      name,
      formatSize(size),
      problem === null ? `${holds}${cut ? ', cut' : ''}` : `not made: ${firstLine(problem)}`,
    ]),
  );
  const attention = session.stderr.style.yellow(session.signs.attention);
  for (const unknown of secretsUnknown) session.notice(`${attention} not looked for: ${printable(unknown)}`);
  const looked =
    secretsKnown === 0
      ? 'no secret was known that could be looked for'
      : `${formatQuantity(secretsKnown, 'secret')} ${secretsKnown === 1 ? 'was' : 'were'} looked for and masked`;
  session.notice(`It holds names of folders, jobs and hosts; ${looked}.`);
  session.notice(`Look at it before you give it away: unzip -l ${printable(file)}`);
}

const firstLine = (text: string): string => printable(text.split('\n')[0] ?? '');
