import type { Session } from '../session.ts';
import type { Browser } from './browser.ts';
import { keysIn } from './keys.ts';
import { pageOf, pictureOf, type Canvas } from './picture.ts';

const otherScreen = '\u001b[?1049h\u001b[?25l';
const usualScreen = '\u001b[?25h\u001b[?1049l';
const toTheTop = '\u001b[H';
const clearRest = '\u001b[K';
const clearBelow = '\u001b[J';

/** Lets a person walk until they leave. The terminal is as before afterwards, however it ends. */
export async function browseOnTerminal(session: Session, browser: Browser, title: string): Promise<void> {
  const { stdin, stdout } = process;
  const canvas = (): Canvas => ({
    title,
    rows: stdout.rows,
    columns: stdout.columns,
    style: session.stdout.style,
    signs: session.signs,
    now: session.now(),
  });
  const draw = (): void => {
    const lines = pictureOf(browser, canvas()).map((line) => line + clearRest);
    session.stdout.write(`${toTheTop}${lines.join('\r\n')}${clearBelow}`);
  };
  session.stdout.write(otherScreen);
  stdin.setRawMode(true).setEncoding('utf8');
  stdout.on('resize', draw);
  try {
    draw();
    for await (const input of stdin as AsyncIterable<string>) {
      for (const key of keysIn(input, () => browser.isTyping)) {
        if (typeof key === 'object') browser.type((browser.filter ?? '') + key.text);
        else if (!(await browser.press(key, pageOf(canvas())))) return;
      }
      draw();
    }
  } finally {
    stdout.off('resize', draw);
    stdin.setRawMode(false).pause();
    session.stdout.write(usualScreen);
  }
}
