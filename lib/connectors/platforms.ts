// Which connector understands what came from a platform, or was entered by hand.
import type { Connector } from './connector.ts';
import { MANUAL, manual } from './manual.ts';
import { shopify } from './shopify.ts';
import { standard } from './standard.ts';
import { stripe } from './stripe.ts';
import { woocommerce } from './woocommerce.ts';

const CONNECTORS: ReadonlyMap<string, Connector> = new Map([
  ['shopify', shopify],
  ['standard', standard],
  ['stripe', stripe],
  ['woocommerce', woocommerce],
  [MANUAL, manual],
]);

/** The connector of a platform, undefined for one that has none. */
export const connectorFor = (platform: string): Connector | undefined => CONNECTORS.get(platform);
