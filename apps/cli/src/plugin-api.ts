// What plug-ins import: those that the program loads get its own copy of it.
export * from '@umbracore/contracts';
