// A door of its own: a request can be carried out in any process.
export { dropLeft, type Left } from './drop-left.ts';
export { countKept } from './kept-requests.ts';
export { RunRequest, type RequestEnd, type RequestSources, type WantedWork } from './run-request.ts';
