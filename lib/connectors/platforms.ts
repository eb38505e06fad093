// Which connector understands a store's platform.
import type { Connector } from './connector.ts';
import { shopify } from './shopify.ts';
import { standard } from './standard.ts';
import { woocommerce } from './woocommerce.ts';

const CONNECTORS: ReadonlyMap<string, Connector> = new Map([
  ['shopify', shopify],
  ['standard', standard],
  ['woocommerce', woocommerce],
]);

/** The connector of a platform, undefined for one that has none. */
export const connectorFor = (platform: string): Connector | undefined => CONNECTORS.get(platform);
