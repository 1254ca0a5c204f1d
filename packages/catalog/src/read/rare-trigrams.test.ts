import { beforeAll, describe, expect, it } from 'vitest';
import { Connection } from '../store/connection.ts';
import { schema } from '../store/schema.ts';
import { quoted, rareTrigrams } from './rare-trigrams.ts';

const count = 3000;

describe('rareTrigrams', () => {
  const connection = new Connection(':memory:');
  const matching = (trigrams: readonly string[]): number =>
    connection.number('select count(*) from names where names match ?', trigrams.map(quoted).join(' AND '));

  beforeAll(() => {
    connection.exec(`${schema}; begin`);
    for (let number = 0; number < count; number += 1) {
      const name = number === 1234 ? 'file-"odd"' : `file-${number}.txt`;
      const id = connection.run('insert into paths (parent, hash, nth, name) values (1, 0, 0, ?)', name);
      connection.run('insert into names (rowid, name) values (?, ?)', id, name);
    }
    connection.exec('commit');
  });

  it('leaves out those that all names have', () => {
    const chosen = rareTrigrams(connection, ['file-2777']);
    expect(chosen).toContain('777');
    for (const common of ['fil', 'ile', 'le-']) expect(chosen).not.toContain(common);
    expect(matching(chosen)).toBeLessThan(20);
  });

  it('takes one that nothing has, and no other', () => {
    expect(rareTrigrams(connection, ['file-', 'zzz'])).toEqual(['zzz']);
  });

  it('takes common ones where there are no others', () => {
    expect(matching(rareTrigrams(connection, ['file-', '.txt']))).toBeGreaterThanOrEqual(count - 1);
  });

  it('finds by quotes, and nothing to find by in short texts', () => {
    expect(matching(rareTrigrams(connection, ['-"odd"']))).toBe(1);
    expect(rareTrigrams(connection, ['ab', '', 'c'])).toEqual([]);
  });

  it('is not deceived by what is common further on only', () => {
    using other = new Connection(':memory:');
    other.exec(`${schema}; begin`);
    for (let number = 0; number < 20_000; number += 1) {
      const early = number % 40 === 0 ? 'abc' : number % 2 === 1 ? 'xyz' : 'none';
      const name = number < 9000 ? early : number % 500 === 0 ? 'abc xyz' : 'abc';
      const id = other.run('insert into paths (parent, hash, nth, name) values (1, 0, 0, ?)', name);
      other.run('insert into names (rowid, name) values (?, ?)', id, name);
    }
    other.exec('commit');
    expect(rareTrigrams(other, ['abc', 'xyz'])).toEqual(['abc', 'xyz']);
  });

  it('chooses from an empty catalog', () => {
    using empty = new Connection(':memory:');
    empty.exec(schema);
    expect(rareTrigrams(empty, ['file-2777'])).toHaveLength(1);
  });
});
