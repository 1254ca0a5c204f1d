// A door of its own, for what is seldom asked for.
export { awaitedDocument, countKept, dropLeft } from '@umbracore/daemon/requests';
