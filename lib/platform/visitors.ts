// Who followed a link, without knowing who: the first-party cookie, its keyed hash, and the id a click goes by.
import { createCipheriv, type KeyObject } from 'node:crypto';
import { nanoid } from 'nanoid';
import type { ClickPlace } from '../domain/clicks/click-key.ts';
import { addDays, type Day, isDay } from '../domain/days.ts';
import { deriveKey, hmac, type MasterKey } from './crypto.ts';

export const VISITOR_COOKIE = 'trb_v';
/** Set to 1 when the shop's page has passed consent on. */
export const CONSENT_COOKIE = 'trb_consent';

const COOKIE = /^(\d{4})(\d{2})(\d{2})\.([A-Za-z0-9_-]{22})$/;
export const DAY_MS = 86_400_000;

export const utcDay = (instant: number): Day => new Date(instant).toISOString().slice(0, 10);

/** A new cookie value: the day it was born (UTC) and 132 random bits, drawn from a pool: asking for each anew takes long. */
export const newVisitorCookie = (now: number): string => `${utcDay(now).replaceAll('-', '')}.${nanoid(22)}`;

/**
 * True for a cookie this service could have set by `now`; anything else is replaced. Browsers keep it 400 days, so an
 * older birth is a forgery too, and would only make journeys long to read.
 */
export const isVisitorCookie = (value: string, now: number): boolean => {
  const match = COOKIE.exec(value);
  if (!match) return false;
  const born = `${match[1]}-${match[2]}-${match[3]}`;
  return isDay(born) && born <= addDays(utcDay(now), 1) && born >= addDays(utcDay(now), -401);
};

/** What is stored of a cookie: its birth day and a hash keyed per merchant, so merchants' data can't be joined. */
export const visitorOf = (cookie: string, merchantKey: Uint8Array | KeyObject): string =>
  cookie.slice(0, 8) + hmac(merchantKey, cookie).subarray(0, 16).toString('base64url');

/** The day a visitor was first seen (UTC), which bounds its journey; null for imported ones. */
export const birthOf = (visitor: string): Day | null =>
  visitor.startsWith('x') ? null : `${visitor.slice(0, 4)}-${visitor.slice(4, 6)}-${visitor.slice(6, 8)}`;

/** A visitor that another tool named: its name hashed likewise, and told apart from cookies by its first letter. */
export const foreignVisitorOf = (name: string, merchantKey: Uint8Array | KeyObject): string =>
  `x${hmac(merchantKey, `foreign|${name}`).subarray(0, 16).toString('base64url')}`;

/** The merchant's key for hashing visitors. */
export const visitorKey = (master: MasterKey, merchantId: string) => deriveKey(master, 'visitor', merchantId);

const dayNumber = (day: Day) => Math.round(Date.parse(`${day}T00:00:00Z`) / DAY_MS);

const pack = (place: ClickPlace): Buffer => {
  const bytes = Buffer.alloc(32);
  bytes.writeUInt16BE(dayNumber(place.day), 0);
  bytes.writeUInt8(place.shard, 2);
  bytes.writeUIntBE(place.at, 3, 6);
  bytes.write(place.suffix, 9, 'hex');
  const born = place.visitor === null ? null : birthOf(place.visitor);
  // Birth 0 = no visitor, 1 = a visitor another tool named, else its day.
  bytes.writeUInt16BE(place.visitor === null ? 0 : born === null ? 1 : dayNumber(born), 13);
  if (place.visitor !== null) bytes.write(place.visitor.slice(born === null ? 1 : 8), 15, 'base64url');
  return bytes;
};

export const clickKey = (master: MasterKey, merchantId: string) => deriveKey(master, 'click-id', merchantId);

/**
 * The id of a click: its place, made opaque. Synthetic-IV encryption: the first 8 bytes are a MAC over the place and
 * the seed of the cipher, so equal places give equal ids and a forged or another merchant's id does not open.
 */
export const clickIdOf = (place: ClickPlace, master: MasterKey, merchantId: string): string => {
  const key = clickKey(master, merchantId);
  const plain = pack(place);
  const mac = hmac(key, plain).subarray(0, 8);
  const cipher = createCipheriv('aes-256-ctr', key, Buffer.concat([mac, Buffer.alloc(8)]));
  return `clk_${Buffer.concat([mac, cipher.update(plain), cipher.final()]).toString('base64url')}`;
};
