export { kitCommands, type KitCommand, type KitPurpose } from './commands.ts';
export type { KitFacts, KitJob, KitSeries } from './facts.ts';
export { gatherKit, type KitRequest } from './gather.ts';
export { placeOf, type KitPlace, type KitVariable } from './place.ts';
export { kitText } from './text.ts';
