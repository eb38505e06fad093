// LevelDB under the embedded engine with fewer hand-overs between threads, which cost more than the reads and writes
// themselves: a value is read where it is asked for, and what is put in one turn of the event loop is put together. With
// larger and fewer files, of which each is merged less often. And with its iterators closed, which dynalite leaves open.
import { ClassicLevel } from 'classic-level';

type Put = { readonly type: 'put'; readonly key: string; readonly value: string };

interface Gathered {
  readonly puts: Put[];
  readonly written: Promise<void>;
}

const gathered = new WeakMap<ClassicLevel, Gathered>();

const gather = (db: ClassicLevel): Gathered => {
  const puts: Put[] = [];
  const written = new Promise<void>((turned) => setImmediate(turned)).then(() => {
    gathered.delete(db);
    return batch.call(db, puts);
  });
  const begun = { puts, written };
  gathered.set(db, begun);
  return begun;
};

const get: (this: ClassicLevel, key: string) => Promise<string | undefined> = ClassicLevel.prototype.get;
const batch: (this: ClassicLevel, puts: Put[]) => Promise<void> = ClassicLevel.prototype.batch;

const { _open: open } = ClassicLevel.prototype as unknown as {
  readonly _open: (this: ClassicLevel, options: object) => Promise<void>;
};

/**
 * Clicks come in no order of their keys, and what is written has to be merged with all that is there: the more is gathered first, the
 * less often. Of LevelDB's own 4 MB, in files of 2 MB, half a million clicks are written thirteen times over, of these four.
 */
const MERGING = { writeBufferSize: 16 * 2 ** 20, maxFileSize: 8 * 2 ** 20 };

/**
 * Ten of them for LevelDB's own use, and the least it takes. Each of the others is mapped, with an index of some 300 kB in memory.
 * LevelDB's own thousand are gigabytes that whoever reads the whole table leaves behind; one more than is kept takes a fraction of a
 * millisecond to open.
 */
const MOST_FILES_OPEN = 74;

interface Iterator {
  return?: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/**
 * What makes iterators, these with a `return`: dynalite ends one by that, as generators are ended, and level's have none. One that is
 * left open keeps alive what the table held at the time, in memory and on disk, and each query left one.
 */
const closing = (name: 'keys' | 'values') => {
  const make = ClassicLevel.prototype[name] as (this: ClassicLevel, options?: object) => Iterator;
  return function (this: ClassicLevel, options?: object): Iterator {
    const made = make.call(this, options);
    made.return = () => made.close();
    return made;
  };
};

/** Has every database that is opened from now on in this thread work so; what dynalite asks of one stays the same. */
export const tuneLevel = (): void => {
  Object.assign(ClassicLevel.prototype, {
    _open(this: ClassicLevel, options: object) {
      return open.call(this, { ...options, ...MERGING, maxOpenFiles: MOST_FILES_OPEN });
    },
    keys: closing('keys'),
    values: closing('values'),
    // While the folder is being opened, LevelDB's own way waits for it.
    async get(this: ClassicLevel, key: string) {
      return this.status === 'open' ? this.getSync(key) : get.call(this, key);
    },
    put(this: ClassicLevel, key: string, value: string) {
      const { puts, written } = gathered.get(this) ?? gather(this);
      puts.push({ type: 'put', key, value });
      return written;
    },
  });
};
