export type * from './catalog.ts';
export { catalogPath, findCatalog, openCatalog, removeCatalog, type CatalogPlace } from './open-catalog.ts';
