// What is sent in a soak: every event of every order, most of them more than once, a tenth broken, all in one shuffle.
import { createRandom, type Random } from '../../infra/local/demo/random.ts';
import type { Telling as Rules } from './expected.ts';
import { type Life, someLife, type Ways } from './life.ts';
import { type Platform, signed, type Telling, tellingsOf } from './tellings.ts';

export interface SoakSize {
  readonly orders: number;
  readonly deliveries: number;
  readonly kills: number;
  readonly seed: number;
}

/** How a delivery is broken, and what its sender is to be answered. */
type Fault = 'wrong_signature' | 'changed_body' | 'cut_off' | 'not_an_order' | 'not_json_type';

export interface Delivery {
  readonly telling: Telling;
  readonly fault: Fault | null;
}

/** What can happen at each platform, and how it tells what went back. */
export const PLATFORMS: Readonly<Record<Platform, Ways & Rules>> = {
  standard: { edits: true, disputes: true, tests: true, undivided: false, placedWhenPaid: false },
  shopify: { edits: true, disputes: true, tests: true, undivided: false, placedWhenPaid: false },
  woocommerce: { edits: true, disputes: false, tests: false, undivided: true, placedWhenPaid: true },
  stripe: { edits: false, disputes: true, tests: true, undivided: true, placedWhenPaid: false },
};

export interface SoakPlan {
  readonly lives: ReadonlyMap<Platform, readonly Life[]>;
  readonly deliveries: readonly Delivery[];
}

/** An answer that ends the matter; whatever else comes is sent again, as shops do. */
export const ANSWERS: Readonly<Record<Fault | 'none', number>> = {
  none: 200,
  wrong_signature: 401,
  changed_body: 401,
  cut_off: 200,
  not_an_order: 200,
  not_json_type: 415,
};

const FAULTS: readonly Fault[] = ['wrong_signature', 'changed_body', 'cut_off', 'not_an_order', 'not_json_type'];
const BROKEN_SHARE = 0.1;
const MOST_TIMES = 5;

const shuffled = <T>(items: readonly T[], random: Random): T[] => {
  const mixed = [...items];
  for (let i = mixed.length - 1; i > 0; i--) {
    const j = random.int(0, i);
    [mixed[i], mixed[j]] = [mixed[j] as T, mixed[i] as T];
  }
  return mixed;
};

/** Broken after signing (wrong in transit) or before (the shop's own mistake, signed by it). */
const brokenTelling = (telling: Telling, fault: Fault): Telling => {
  if (fault === 'cut_off') return { ...telling, body: telling.body.slice(0, telling.body.length - 9) };
  if (fault !== 'not_an_order') return telling;
  const eventId = `${telling.eventId}-broken`;
  // Money that is no number: it must not be guessed at.
  const body = telling.body.replace(/("(?:currency|order_id|externalId|payment_intent)":)("[^"]*"|\d+)/, '$1{}');
  return { ...telling, eventId, body };
};

const SIGNATURES = ['webhook-signature', 'x-shopify-hmac-sha256', 'x-wc-webhook-signature', 'stripe-signature'];

/** What goes over the wire: body and headers. */
export const wire = ({ telling, fault }: Delivery): { headers: Record<string, string>; body: string } => {
  const headers = { 'content-type': 'application/json', ...signed(telling) };
  if (fault === 'not_json_type') return { headers: { ...headers, 'content-type': 'text/plain' }, body: telling.body };
  if (fault === 'changed_body') return { headers, body: telling.body.replace(/\d(?=\D*$)/, '7').concat(' ') };
  if (fault === 'wrong_signature') {
    const names = SIGNATURES.filter((name) => name in headers);
    const wrong = Object.fromEntries(names.map((name) => [name, `v1,${Buffer.alloc(32, 7).toString('base64')}`]));
    return { headers: { ...headers, ...wrong }, body: telling.body };
  }
  return { headers, body: telling.body };
};

/** The plan of a seed: the same lives and the same order of sending on every machine. */
export const soakPlan = (size: SoakSize, now: number, codes: readonly string[]): SoakPlan => {
  const random = createRandom(size.seed);
  const platforms = Object.keys(PLATFORMS) as Platform[];
  const lives = new Map<Platform, Life[]>(platforms.map((platform) => [platform, []]));
  for (let number = 1; number <= size.orders; number++) {
    const platform = platforms[number % platforms.length] as Platform;
    lives.get(platform)?.push(someLife(random, 100_000 + number, { now, codes, ways: PLATFORMS[platform] }));
  }
  const tellings = [...lives].flatMap(([platform, all]) => all.flatMap((life) => tellingsOf(life, platform)));
  const broken = Math.round(size.deliveries * BROKEN_SHARE);
  const times = tellings.map(() => 1);
  for (let left = size.deliveries - broken - tellings.length; left > 0; ) {
    const index = random.int(0, tellings.length - 1);
    if ((times[index] ?? 0) >= MOST_TIMES) continue;
    times[index] = (times[index] ?? 0) + 1;
    left -= 1;
  }
  const good = tellings.flatMap((telling, index) =>
    Array.from({ length: times[index] ?? 1 }, (): Delivery => ({ telling, fault: null })),
  );
  const bad = Array.from({ length: broken }, (): Delivery => {
    const fault = random.pick(FAULTS);
    return { telling: brokenTelling(random.pick(tellings), fault), fault };
  });
  return { lives, deliveries: shuffled([...good, ...bad], random) };
};
