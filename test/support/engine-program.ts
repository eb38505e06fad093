// The embedded engine as a process of its own, to be stopped, frozen and killed: `node engine-program.ts <port> <folder>`.
import dynalite from 'dynalite';
import { tuneLevel } from '../../infra/local/tuned-level.ts';

const [port, path = ''] = process.argv.slice(2);
tuneLevel();
dynalite({ createTableMs: 0, path }).listen(Number(port), '127.0.0.1', () => console.log('listening'));
