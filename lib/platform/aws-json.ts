// Signed requests to AWS services that speak JSON, without the SDK: all that a cold start of the redirect has to load.
import { type AwsCredentials, createSigner } from './aws-signature.ts';

export interface AwsService {
  /** As signatures name it: `dynamodb`. */
  readonly service: string;
  readonly region: string;
  /** Another address than AWS's own. */
  readonly endpoint?: string | undefined;
  /** Default: those of the environment, read anew for each request. */
  readonly credentials?: AwsCredentials | undefined;
  /** The JSON protocol's version: `1.0` or `1.1`. */
  readonly version: '1.0' | '1.1';
  readonly maxAttempts: number;
  /** Milliseconds until there is a connection, and until it is answered; each attempt's own. */
  readonly connectMs: number;
  readonly answerMs: number;
}

/** Asks for an operation by its full name (`DynamoDB_20120810.GetItem`); throws an error with the name AWS gave it. */
type AskAws = (target: string, input: unknown) => Promise<unknown>;

export interface AwsJsonClient {
  readonly ask: AskAws;
  readonly close: () => void;
}

type AwsError = Error & { readonly $metadata?: { readonly httpStatusCode: number } };

interface Answered {
  readonly status: number;
  readonly text: string;
}

const awsError = (name: string, message: string, status?: number): AwsError =>
  Object.assign(new Error(message), { name, ...(status && { $metadata: { httpStatusCode: status } }) });

/** AWS says `com.amazonaws.dynamodb.v20120810#ThrottlingException`, some services with an address behind it. */
const errorOf = ({ status, text }: Answered): AwsError => {
  let body: { __type?: string; message?: string; Message?: string } = {};
  try {
    body = JSON.parse(text);
  } catch {
    // A proxy's page; the status says enough.
  }
  const [name = ''] = (body.__type ?? '').replace(/^.*#/, '').split(':');
  return awsError(name || 'UnknownError', body.message ?? body.Message ?? `status ${status}`, status);
};

const THROTTLED = new Set([
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'Throttling',
  'RequestLimitExceeded',
  'RequestThrottled',
  'TooManyRequestsException',
  'SlowDown',
]);

const isThrottled = ({ name, $metadata }: AwsError) => THROTTLED.has(name) || $metadata?.httpStatusCode === 429;

/** Without a status nothing was answered at all: the connection failed or time ran out. */
const mayPass = (error: AwsError): boolean =>
  isThrottled(error) || error.$metadata === undefined || error.$metadata.httpStatusCode >= 500;

// As the SDK's standard mode: retries are paid for from a purse that answers fill again, so that a service in trouble is
// not asked twice as often; pauses double and are drawn at random.
const PURSE = 500;
const PRICE = 5;
const PAUSE_MS = 100;
const THROTTLED_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 20_000;

const pauseBefore = (error: AwsError, attempt: number): Promise<void> => {
  const base = isThrottled(error) ? THROTTLED_PAUSE_MS : PAUSE_MS;
  const ms = Math.floor(Math.random() * Math.min(LONGEST_PAUSE_MS, base * 2 ** attempt));
  return new Promise((done) => setTimeout(done, ms));
};

const credentialsOf = (): AwsCredentials => ({
  accessKeyId: process.env.AWS_ACCESS_KEY_ID ?? '',
  secretAccessKey: process.env.AWS_SECRET_ACCESS_KEY ?? '',
  sessionToken: process.env.AWS_SESSION_TOKEN,
});

/** Where the SDK's name for a service is another than that in its addresses. */
const SDK_NAMES: Readonly<Record<string, string>> = { secretsmanager: 'SECRETS_MANAGER' };

/** AWS's own address, unless the environment names another, as the SDK reads it: for this service, or for all. */
const addressOf = ({ service, region, endpoint }: AwsService): string =>
  endpoint ||
  process.env[`AWS_ENDPOINT_URL_${SDK_NAMES[service] ?? service.toUpperCase()}`] ||
  process.env.AWS_ENDPOINT_URL ||
  `https://${service}.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;

/** How a kept connection fails that the other side has closed meanwhile, as over the freeze of a process. */
const CLOSED_MEANWHILE = new Set(['ECONNRESET', 'EPIPE']);

/** Sends bytes over kept connections; rejects with a TimeoutError once patience is used up. */
const createSend = (url: URL, { connectMs, answerMs }: AwsService) => {
  const secure = url.protocol === 'https:';
  // An import would load the whole of undici with it: Node's list of what node:http exports has a WebSocket.
  const { Agent, request } = process.getBuiltinModule(secure ? 'node:https' : 'node:http');
  const agent = new Agent({ keepAlive: true, maxSockets: 128 });
  const sendOnce = (headers: Record<string, string>, body: string): Promise<Answered | 'closed'> =>
    new Promise((done, failed) => {
      const outgoing = request(url, { method: 'POST', headers, agent }, (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', failed);
        incoming.on('end', () =>
          done({ status: incoming.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
        );
      });
      const giveUp = (what: string) => () => outgoing.destroy(awsError('TimeoutError', `not ${what} in time`));
      const answering = setTimeout(giveUp('answered'), connectMs + answerMs);
      outgoing.on('socket', (socket) => {
        if (!socket.connecting) return;
        const connecting = setTimeout(giveUp('connected'), connectMs);
        socket.once(secure ? 'secureConnect' : 'connect', () => clearTimeout(connecting));
        socket.once('close', () => clearTimeout(connecting));
      });
      outgoing.on('error', (error: NodeJS.ErrnoException) =>
        outgoing.reusedSocket && CLOSED_MEANWHILE.has(error.code ?? '') ? done('closed') : failed(error),
      );
      outgoing.on('close', () => clearTimeout(answering));
      outgoing.end(body);
    });
  const send = async (headers: Record<string, string>, body: string): Promise<Answered> => {
    // It says nothing of the service: sent again at once, over the next one that was kept or in the end over a new one.
    for (;;) {
      const answered = await sendOnce(headers, body);
      if (answered !== 'closed') return answered;
    }
  };
  return { send, close: () => agent.destroy() };
};

/** A client of one service: signed, retried and timed out as the SDK does it in its standard mode. */
export const createAwsJson = (options: AwsService): AwsJsonClient => {
  const { service, region, version, maxAttempts } = options;
  const url = new URL(addressOf(options));
  const { send, close } = createSend(url, options);
  const sign = createSigner(service, region);
  let purse = PURSE;
  const attempt = async (target: string, body: string): Promise<unknown> => {
    const headers = { 'content-type': `application/x-amz-json-${version}`, 'x-amz-target': target };
    const signed = sign({ url, headers, body }, options.credentials ?? credentialsOf(), Date.now());
    const answered = await send({ ...signed, 'content-length': String(Buffer.byteLength(body)) }, body);
    if (answered.status !== 200) throw errorOf(answered);
    return JSON.parse(answered.text);
  };
  const ask: AskAws = async (target, input) => {
    const body = JSON.stringify(input);
    for (let attempts = 1; ; attempts++) {
      try {
        const answer = await attempt(target, body);
        purse = Math.min(PURSE, purse + (attempts > 1 ? PRICE : 1));
        return answer;
      } catch (error) {
        if (attempts >= maxAttempts || purse < PRICE || !mayPass(error as AwsError)) throw error;
        purse -= PRICE;
        await pauseBefore(error as AwsError, attempts - 1);
      }
    }
  };
  return { ask, close };
};
