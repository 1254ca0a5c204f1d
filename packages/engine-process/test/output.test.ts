import { describe, expect, test } from 'vitest';
import { exited, followed, nodeScript, script, start } from './stage.ts';

describe('output', () => {
  test.each([
    ['an end without a line break', 'printf "a\\nb"', ['a', 'b']],
    ['empty lines', 'printf "\\n\\na\\n"', ['', '', 'a']],
    ['carriage returns and escapes', 'printf "\\033[2K\\ra\\r\\nb\\n"', ['\u001b[2K\ra\r', 'b']],
    ['invalid UTF-8', 'printf "a\\377b\\n\\303"', ['a\ufffdb', '\ufffd']],
    ['a character cut in two by time', 'printf "\\303"; sleep 0.3; printf "\\244\\n"', ['ä']],
  ])('%s', async (_, text, lines) => {
    expect(await followed(await start(script(text)))).toEqual({ exit: exited(0), stdout: lines, stderr: [] });
  });

  test('a line that is too long loses its end, the next one nothing', async () => {
    const engine = await start(nodeScript('process.stdout.write("x".repeat(5_000_000) + "\\nnext\\n")'));
    const { stdout } = await followed(engine);
    expect(stdout.map((line) => line.length)).toEqual([1024 * 1024, 4]);
    expect(stdout[1]).toBe('next');
  });

  test('both streams, each in its own order', async () => {
    const { stdout, stderr } = await followed(await start(script('for i in 1 2 3; do echo o$i; echo e$i >&2; done')));
    expect([stdout, stderr]).toEqual([
      ['o1', 'o2', 'o3'],
      ['e1', 'e2', 'e3'],
    ]);
  });

  test('100 MB of error lines in bounded memory', async () => {
    const line = `${'e'.repeat(99)}\n`;
    const engine = await start(
      nodeScript(
        `const block = ${JSON.stringify(line)}.repeat(10_000); for (let i = 0; i < 100; i++) require('fs').writeSync(2, block)`,
      ),
    );
    const before = process.memoryUsage().rss;
    let count = 0;
    let peak = 0;
    const exit = await engine.follow({
      stderr() {
        if (++count % 20_000 === 0) peak = Math.max(peak, process.memoryUsage().rss - before);
      },
    });
    expect({ exit, count }).toEqual({ exit: exited(0), count: 1_000_000 });
    expect(peak).toBeLessThan(64 * 1024 * 1024);
  });
});
