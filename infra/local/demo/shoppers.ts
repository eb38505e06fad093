// The shoppers of the demo: made-up names, and the browsers they come with.
import type { Random } from './random.ts';
import { BROWSERS } from './user-agents.ts';

export interface Shopper {
  readonly number: number;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  readonly userAgent: string;
}

const FIRST_NAMES = ['Ava', 'Ben', 'Chloe', 'Dana', 'Eli', 'Farah', 'Gus', 'Ines', 'Joel', 'Kira', 'Liam', 'Noor'];
const LAST_NAMES = ['Abbott', 'Bauer', 'Castillo', 'Dunn', 'Ellis', 'Flores', 'Grant', 'Hughes', 'Ito', 'Lowe'];

/** Makes shoppers one after another. */
export const createShoppers = (random: Random) => {
  let made = 0;
  return (): Shopper => {
    made += 1;
    const firstName = random.pick(FIRST_NAMES);
    const lastName = random.pick(LAST_NAMES);
    const email = `${firstName}.${lastName}${made}@example.com`.toLowerCase();
    return { number: made, firstName, lastName, email, userAgent: random.pick(BROWSERS) };
  };
};
