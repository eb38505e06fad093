// One folder for whatever tests leave in the temporary directory, bundles and browsers' profiles too; it goes with the run.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What is temporary goes there from now on, for this process and those it starts; call what it returns at the end. */
export default (): (() => void) => {
  // Short: Chromium opens sockets below it, whose paths have a hundred characters.
  const folder = mkdtempSync(join(tmpdir(), 'trb-'));
  const before = process.env.TMPDIR;
  process.env.TMPDIR = folder;
  return () => {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
    // A browser that is just ending may still write.
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
};
