import { expect, test } from 'vitest';
import { globalDefaults } from '../global-options.ts';
import { Channel } from '../output/channel.ts';
import { Sheet } from '../output/screen.ts';
import { asciiSigns } from '../output/signs.ts';
import { Session } from '../session.ts';
import { leastWidth, showFinding } from './show-findings.ts';

test('a name with a line break stays one line, the problems of a configuration keep theirs', () => {
  const out = new Sheet(undefined);
  const channel = () => new Channel(out, { colour: 'never', env: {} });
  const session = new Session(globalDefaults, {
    screen: { stdout: channel(), stderr: channel(), signs: asciiSigns },
  });
  const base = { subject: 'a', standing: 'bad', code: 'source.missing' } as const;
  showFinding(session, { ...base, area: 'source', text: '/a\n✔ b is not there', fix: 'mount it' }, leastWidth);
  showFinding(session, { ...base, area: 'config', text: 'one\ntwo' }, leastWidth);
  expect(out.text.split('\n')).toEqual([
    'FAIL source a          /a\\n✔ b is not there',
    '                    fix: mount it',
    'FAIL config a          one',
    'two',
    '',
  ]);
});
