export { createEngineProcesses, type EngineProcessesOptions } from './engine-processes.ts';
export { systemProcessTable } from './system-process-table.ts';
export { spoolIn, type Spool } from './spool.ts';
