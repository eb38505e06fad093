// What a request says of whether its sender may be known again, and the cookies by which they are.
import { customAlphabet } from 'nanoid';
import type { Request } from '../../lib/http/request.ts';

/** Global Privacy Control or Do Not Track: counted, never followed. */
export const asksNotToBeTracked = ({ headers }: Request): boolean => headers['sec-gpc'] === '1' || headers.dnt === '1';

const ATTRIBUTES = 'Path=/; HttpOnly; Secure; SameSite=Lax';
/** As long as browsers keep any cookie. */
const KEPT_SECONDS = 400 * 86_400;

export const keptCookie = (name: string, value: string): string =>
  `${name}=${value}; Max-Age=${KEPT_SECONDS}; ${ATTRIBUTES}`;

export const droppedCookie = (name: string): string => `${name}=; Max-Age=0; ${ATTRIBUTES}`;

/** 32 random bits, from a pool: what tells things of one visitor and millisecond apart. */
export const newSuffix = customAlphabet('0123456789abcdef', 8);
