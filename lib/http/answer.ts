// An answer, and the two shapes API Gateway takes it in.
import type { Request } from './request.ts';

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookies?: readonly string[];
  /** Text, or bytes that are none. */
  readonly body?: string | Uint8Array;
  /** True when some of it failed for our own reasons, so that a repeat is to try again. */
  readonly unfinished?: boolean;
}

export interface GatewayAnswer {
  readonly statusCode: number;
  readonly headers: Record<string, string>;
  readonly cookies?: string[];
  readonly multiValueHeaders?: Record<string, string[]>;
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

/** API Gateway takes text; bytes travel in base64. */
const bodyOf = ({ body = '' }: Answer): Pick<GatewayAnswer, 'body' | 'isBase64Encoded'> =>
  typeof body === 'string'
    ? { body, isBase64Encoded: false }
    : { body: Buffer.from(body).toString('base64'), isBase64Encoded: true };

/** To API Gateway: payload 2.0, or 1.0 when the request came in that shape. */
export const gatewayAnswer = (answer: Answer, request: Request): GatewayAnswer => {
  const cookies = answer.cookies?.length ? [...answer.cookies] : undefined;
  return {
    statusCode: answer.status,
    headers: { ...answer.headers },
    ...(cookies && (request.restApi ? { multiValueHeaders: { 'set-cookie': cookies } } : { cookies })),
    ...bodyOf(answer),
  };
};

export const jsonAnswer = (status: number, body: unknown, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    ...headers,
  },
  body: JSON.stringify(body),
});
