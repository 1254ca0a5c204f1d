import { Query, type Connection } from '../store/connection.ts';

interface Place {
  readonly parent: number;
  readonly name: string;
}

/** The paths of places, each step of which is looked up once. */
export class PathNames {
  readonly #connection: Connection;
  readonly #known = new Map<number, { readonly path: string; readonly root: number }>();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** With the root that it begins at. */
  of(id: number): { readonly path: string; readonly root: number } {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const { parent, name } = this.placeOf(id);
    const above = parent === 0 ? undefined : this.of(parent);
    const found = above === undefined ? { path: '', root: id } : { path: `${above.path}/${name}`, root: above.root };
    this.#known.set(id, found);
    return found;
  }

  placeOf(id: number): Place {
    return (
      this.#connection.first(new Query<Place>('select parent, name from paths where id = ?'), id) ?? {
        parent: 0,
        name: '',
      }
    );
  }
}
