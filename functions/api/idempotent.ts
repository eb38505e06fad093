// Answering a repeated POST with the first one's answer.
import { createHash, randomUUID } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Service } from '../../lib/flows/service.ts';
import type { Answer } from '../../lib/http/answer.ts';
import { refusal } from '../../lib/http/refusal.ts';
import type { Request } from '../../lib/http/request.ts';
import { openBytes, sealBytes, sha256Hex } from '../../lib/platform/crypto.ts';
import {
  beginRequest,
  finishRequest,
  giveUpRequest,
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
  const packed = openBytes(service.masterKey, contextOf(name), Buffer.from(held.answer));
  const answer = JSON.parse(gunzipSync(packed).toString('utf8')) as Answer;
  return { ...answer, headers: { ...answer.headers, 'idempotency-replayed': 'true' } };
};

/**
 * Keeps an answer for the repeats. One of 500 and above is not kept, nor one with parts that failed so: the repeat runs
 * again. Whatever goes wrong here, what was done is done and its answer goes out.
 */
const settle = async (
  service: Service,
  name: IdempotencyName,
  mine: IdempotencyRecord,
  answer: Answer,
): Promise<void> => {
  try {
    if (answer.status < 500 && !answer.unfinished) {
      // Compressed: the answer of a batch can be megabytes.
      const sealed = sealBytes(service.masterKey, contextOf(name), gzipSync(JSON.stringify(answer)));
      await finishRequest(service.table, name, mine, sealed);
      return;
    }
  } catch (error) {
    service.log.error('answer not kept for repeats', { route: name.route, error });
  }
  // Not written either, the repeat is told to wait for a minute and then runs with the same seed all the same.
  await giveUpRequest(service.table, name, mine).catch((error) =>
    service.log.error('request not given up', { route: name.route, error }),
  );
};

/**
 * Runs a request once per Idempotency-Key, scoped to caller and route. A repeat of one that failed for our own reasons
 * runs again, with the same seed for the ids of what it makes.
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
  const answer = await run(begun.mine.seed);
  await settle(service, name, begun.mine, answer);
  return answer;
};
