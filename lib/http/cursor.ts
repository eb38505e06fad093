// Cursors: where a list goes on, signed so that they can't be made up, and good for a day.
import { deriveKey, equalInConstantTime, hmac, type MasterKey } from '../platform/crypto.ts';
import { refusal } from './refusal.ts';

const LIFETIME_MS = 24 * 3_600_000;

/** None of ours is longer. */
const LONGEST_CURSOR = 2_000;

/** What a cursor is bound to: a list, its caller and its filters. */
export interface CursorScope {
  readonly merchantId: string;
  readonly route: string;
  readonly filters: unknown;
}

const signatureOf = (master: MasterKey, scope: CursorScope, payload: string): string =>
  hmac(deriveKey(master, 'cursor', scope.merchantId), JSON.stringify([scope.route, scope.filters, payload]))
    .subarray(0, 16)
    .toString('base64url');

/** A cursor that continues after `position`. */
export const cursorOf = (master: MasterKey, scope: CursorScope, position: string, now: number): string => {
  const payload = Buffer.from(JSON.stringify([position, now + LIFETIME_MS])).toString('base64url');
  return `${payload}.${signatureOf(master, scope, payload)}`;
};

/** The position a cursor holds; refuses with 400 one that is forged, expired or of another list. */
export const positionOf = (master: MasterKey, scope: CursorScope, cursor: string, now: number): string => {
  const [payload, signature, ...rest] = cursor.length > LONGEST_CURSOR ? [] : cursor.split('.');
  const whole = payload && signature && rest.length === 0;
  const genuine = whole && equalInConstantTime(signature, signatureOf(master, scope, payload));
  if (!genuine) throw refusal('invalid_cursor', 'The cursor is not one this list gave out for these filters');
  const [position, until] = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as [string, number];
  if (until <= now) throw refusal('invalid_cursor', 'The cursor has expired; start the list again');
  return position;
};
