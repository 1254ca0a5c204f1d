import { aJob, aPlan, aRun } from '@umbracore/testkit';
import { expect, test } from 'vitest';
import type { RunRecord } from '@umbracore/contracts';
import { historyLines, type HistoryFormat } from './history-lines.ts';

async function textOf(runs: readonly RunRecord[], format: HistoryFormat, leftBehind: string[] = []): Promise<string> {
  let text = '';
  for await (const line of historyLines(runs, format, new Set(leftBehind))) text += line;
  return text;
}

const because = { code: 'condition', text: '=SUM("a", 1)\nand more', alsoStandsFor: null } as const;
const run = aRun({ id: 'r-1', state: 'skipped', because, plan: aPlan({ job: aJob({ id: 'documents' }) }) });

test('CSV has a line of titles, and quotes what needs it', async () => {
  const text = await textOf([run], 'csv');
  const [titles, first, second] = text.split('\r\n');
  expect(titles).toMatch(/^id,job,kind,repository,.*,error,message,leftBehind$/);
  expect(first).toMatch(/^r-1,documents,backup,main,.*,skipped,false,/);
  // A formula would be carried out by whoever opens the file.
  expect(`${first}`).toMatch(/,"'=SUM\(""a"", 1\)\nand more",false$/);
  expect(second).toBe('');
  expect(await textOf([], 'csv')).toBe(`${titles}\r\n`);
});

test('a run that nobody works on any more is told as such', async () => {
  const running = aRun({ id: 'r-2', state: 'running' });
  expect((await textOf([running], 'csv', ['r-2'])).split('\r\n')[1]).toMatch(/,running,.*,true$/);
  expect(JSON.parse(await textOf([running], 'jsonl', ['r-2']))).toMatchObject({
    runs: [{ state: 'running', leftBehind: true }],
  });
});

test('JSON lines are documents of their own', async () => {
  const lines = (await textOf([run, run], 'jsonl')).trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { schema: 'umbra.history/1', runs: [{ id: 'r-1', because: { text: because.text } }] },
    { schema: 'umbra.history/1' },
  ]);
  expect(await textOf([], 'jsonl')).toBe('');
});
