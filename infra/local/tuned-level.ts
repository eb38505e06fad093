// LevelDB under the embedded engine with fewer hand-overs between threads, which cost more than the reads and writes
// themselves: a value is read where it is asked for, and what is put in one turn of the event loop is put together. And
// with fewer files kept open, so that memory does not grow with the table.
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
 * Of 2 MB each, mapped, with an index of some 80 kB in memory. LevelDB's own thousand are two gigabytes that whoever reads the
 * whole table leaves behind; one more than is kept takes a fraction of a millisecond to open.
 */
const MOST_FILES_OPEN = 100;

/** Has every database that is opened from now on in this thread work so; what dynalite asks of one stays the same. */
export const tuneLevel = (): void => {
  Object.assign(ClassicLevel.prototype, {
    _open(this: ClassicLevel, options: object) {
      return open.call(this, { ...options, maxOpenFiles: MOST_FILES_OPEN });
    },
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
