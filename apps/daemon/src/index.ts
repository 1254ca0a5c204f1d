export { runDaemon, type DaemonOptions } from './run-daemon.ts';
export { apiToken, newToken } from './http/token.ts';
