import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';

/** So long a reader waits for one that makes the file or removes it; a writer has another way. */
const busyTimeoutMs = 2000;

/** A question with the form of its rows. */
export class Query<Row> {
  readonly text: string;
  /** For the type alone. */
  readonly row?: Row;

  constructor(text: string) {
    this.text = text;
  }
}

/** A file of SQLite with the statements that were prepared for it. */
export class Connection implements Disposable {
  readonly #database: DatabaseSync;
  readonly #prepared = new Map<string, StatementSync>();
  readonly #tuples = new Map<string, StatementSync>();

  constructor(path: string) {
    this.#database = new DatabaseSync(path, { timeout: busyTimeoutMs });
    // NORMAL: after a power failure the last commits may be missing, which the next look at the repository makes good.
    this.#database.exec('pragma synchronous = normal; pragma temp_store = memory');
  }

  exec(text: string): void {
    this.#database.exec(text);
  }

  /** Gives the row id of what was inserted. */
  run(text: string, ...values: SQLInputValue[]): number {
    return Number(this.#statement(text).run(...values).lastInsertRowid);
  }

  first<Row>({ text }: Query<Row>, ...values: SQLInputValue[]): Row | undefined {
    return this.#statement(text).get(...values) as Row | undefined;
  }

  all<Row>({ text }: Query<Row>, ...values: SQLInputValue[]): readonly Row[] {
    return this.#statement(text).all(...values) as readonly unknown[] as readonly Row[];
  }

  /** Rows without the names of their columns, which cost as much as the rest of a long answer. */
  tuples<Row extends readonly unknown[]>({ text }: Query<Row>, ...values: SQLInputValue[]): readonly Row[] {
    const statement = this.#tuples.get(text) ?? this.#database.prepare(text);
    statement.setReturnArrays(true);
    this.#tuples.set(text, statement);
    return statement.all(...values) as readonly unknown[] as readonly Row[];
  }

  /** Whether a query has an answer. */
  has(text: string, ...values: SQLInputValue[]): boolean {
    return this.#statement(text).get(...values) !== undefined;
  }

  /** A single number, such as that of a pragma. */
  number(text: string, ...values: SQLInputValue[]): number {
    const [value] = Object.values(this.first(new Query<Record<string, unknown>>(text), ...values) ?? {});
    return typeof value === 'number' ? value : 0;
  }

  get isTransaction(): boolean {
    return this.#database.isTransaction;
  }

  #statement(text: string): StatementSync {
    const known = this.#prepared.get(text);
    if (known !== undefined) return known;
    const statement = this.#database.prepare(text);
    this.#prepared.set(text, statement);
    return statement;
  }

  [Symbol.dispose](): void {
    this.#prepared.clear();
    this.#tuples.clear();
    this.#database.close();
  }
}
