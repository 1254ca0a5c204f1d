// A door of its own, for what is seldom asked for.
export { countKept, dropLeft } from '@umbracore/daemon/requests';
