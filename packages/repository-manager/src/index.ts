export { planForget } from './forget-plan.ts';
export { judgeLock, staleAfterMs, type LockFacts } from './lock-verdict.ts';
export { createRepositories, type RepositoriesOptions } from './repositories.ts';
export { answering } from './wrappers/answering.ts';
export { logged, type LoggedOptions } from './wrappers/logged.ts';
