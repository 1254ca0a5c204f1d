// A door of its own: a request can be carried out in any process.
export { dropLeft } from './drop-left.ts';
export { countKept } from './kept-requests.ts';
export { awaitedDocument } from './request-document.ts';
export { RunRequest, type RequestEnd, type RequestSources, type WantedWork } from './run-request.ts';
