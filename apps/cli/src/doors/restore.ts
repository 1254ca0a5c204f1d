// Named, so that the bundle of a command holds only what these names need.
export {
  candidatePaths,
  deletingFor,
  demandRoom,
  dumpToFile,
  entriesAt,
  entriesBelow,
  intoStream,
  planAgain,
  planDump,
  writeDump,
} from '@umbracore/runtime/restore';
