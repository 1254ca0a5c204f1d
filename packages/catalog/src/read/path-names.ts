import { Query, type Connection } from '../store/connection.ts';

/** A place with the folder it is in; that of a root is 0. */
export interface Place {
  readonly id: number;
  readonly parent: number;
  readonly name: string;
}

/** The paths of places. Folders are looked up once, and what is in them is not kept: there may be millions. */
export class PathNames {
  readonly #connection: Connection;
  readonly #folders = new Map<number, string>();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  of(id: number): string {
    const place = this.#connection.first(new Query<Place>('select id, parent, name from paths where id = ?'), id);
    return place === undefined ? '' : this.at(place);
  }

  at({ parent, name }: Pick<Place, 'parent' | 'name'>): string {
    return parent === 0 ? '' : `${this.#folder(parent)}/${name}`;
  }

  #folder(id: number): string {
    const known = this.#folders.get(id);
    if (known !== undefined) return known;
    const path = this.of(id);
    this.#folders.set(id, path);
    return path;
  }
}
