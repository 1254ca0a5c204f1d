export { createEngineProcesses, type EngineProcessesOptions } from './engine-processes.ts';
export { systemProcessTable } from './system-process-table.ts';
