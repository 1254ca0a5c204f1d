// A door of its own: a request can be carried out in any process.
export { RunRequest, type RequestEnd, type RequestSources, type WantedWork } from './run-request.ts';
