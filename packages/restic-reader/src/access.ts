// A door of its own: it is loaded at every start, and what it needs only when it is used.
export { withQuickAccess } from './access/with-quick-access.ts';
