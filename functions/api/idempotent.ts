// Answering a repeated POST with the first one's answer.
import { createHash, randomUUID } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Service } from '../../lib/flows/service.ts';
import type { Answer } from '../../lib/http/answer.ts';
import { refusal } from '../../lib/http/refusal.ts';
import type { Request } from '../../lib/http/request.ts';
import { open, seal, sha256Hex } from '../../lib/platform/crypto.ts';
import {
  abandonRequest,
  beginRequest,
  finishRequest,
  type IdempotencyName,
  type IdempotencyRecord,
} from '../../lib/table/idempotency.ts';

const keyOf = (request: Request): string | undefined => {
  const key = request.headers['idempotency-key'];
  if (request.method !== 'POST' || key === undefined) return undefined;
  if (key.length < 1 || key.length > 255) {
    throw refusal('invalid_idempotency_key', 'Idempotency-Key must be 1 to 255 characters');
  }
  return key;
};

const contextOf = (name: IdempotencyName) => `${name.owner}|${name.route}|${name.keyHash}|answer`;

const replay = (service: Service, name: IdempotencyName, held: IdempotencyRecord, bodyHash: string): Answer => {
  if (held.bodyHash !== bodyHash) {
    throw refusal('idempotency_key_reused', 'This Idempotency-Key was used with another body');
  }
  if (held.answer === null) {
    throw refusal('idempotency_in_progress', 'The first request with this Idempotency-Key is still running');
  }
  const packed = Buffer.from(open(service.masterKey, contextOf(name), held.answer), 'base64');
  const answer = JSON.parse(gunzipSync(packed).toString('utf8')) as Answer;
  return { ...answer, headers: { ...answer.headers, 'idempotency-replayed': 'true' } };
};

/**
 * Runs a request once per Idempotency-Key, scoped to caller and route. Answers of 500 and above are not kept: the
 * repeat runs again, with the same seed for the ids of what it makes.
 */
export const answerOnce = async (
  service: Service,
  request: Request,
  scope: { readonly owner: string; readonly route: string; readonly now: number },
  run: (seed: string | undefined) => Promise<Answer>,
): Promise<Answer> => {
  const key = keyOf(request);
  if (key === undefined) return run(undefined);
  const name = { owner: scope.owner, route: scope.route, keyHash: sha256Hex(key) };
  const bodyHash = createHash('sha256').update(request.path).update('\n').update(request.body).digest('hex');
  const begun = await beginRequest(service.table, name, {
    bodyHash,
    seed: randomUUID(),
    startedAt: scope.now,
    answer: null,
  });
  if ('theirs' in begun) return replay(service, name, begun.theirs, bodyHash);
  try {
    const answer = await run(begun.mine.seed);
    if (answer.status >= 500) await abandonRequest(service.table, name);
    else {
      // Compressed: a batch's answer is a megabyte, an item at most 400 kB.
      const packed = gzipSync(JSON.stringify(answer)).toString('base64');
      const sealed = seal(service.masterKey, contextOf(name), packed);
      await finishRequest(service.table, name, { ...begun.mine, answer: sealed });
    }
    return answer;
  } catch (error) {
    await abandonRequest(service.table, name).catch(() => undefined);
    throw error;
  }
};
