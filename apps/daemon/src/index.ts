export { runDaemon, type DaemonOptions } from './run-daemon.ts';
export type { Screen, ScreenStream, ShowStatus, Shown } from './show-status.ts';
export type { RequestDocument } from './requests/request-document.ts';
export { apiToken, newToken } from './http/token.ts';
