// The part of autocannon used here; the package ships no types.
declare module 'autocannon' {
  interface Request {
    readonly method: string;
    readonly path: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string | Buffer;
  }
  interface Client {
    setRequests(requests: Request[]): void;
  }
  interface Options {
    readonly url: string;
    readonly connections: number;
    readonly amount: number;
    /** Requests a second over all connections, sent at once at the beginning of each second. */
    readonly overallRate?: number;
    /** Seconds after which a request counts as timed out. */
    readonly timeout: number;
    readonly setupClient: (client: Client) => void;
  }
  interface Instance extends PromiseLike<{ readonly errors: number; readonly timeouts: number }> {
    on(event: 'response', heard: (client: Client, status: number, bytes: number, responseMs: number) => void): Instance;
  }
  export default function autocannon(options: Options): Instance;
}
