import { file, folder, MemoryRepository } from './memory-repository.ts';

/** A repository of five snapshots, of which each changes one of ten folders. */
export function manySnapshots(files = 20): MemoryRepository {
  const repository = new MemoryRepository();
  for (let turn = 0; turn < 5; turn += 1) {
    const folders = Array.from({ length: 10 }, (_, at) =>
      folder(
        `folder ${at}`,
        ...Array.from({ length: files }, (_, nth) => file(`file ${nth}`, at === turn ? 'new' : 'old')),
      ),
    );
    repository.add(folders);
  }
  return repository;
}
