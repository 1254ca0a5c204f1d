export { figuresOf, quotaWarning, type Growth, type QuotaFigures, type RepositoryFigures } from './figures.ts';
export { gatherFigures, type FiguresSources } from './gather-figures.ts';
