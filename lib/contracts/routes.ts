// The route table: one list, read by API Gateway, the local server and the OpenAPI document.
import { bioPageRoutes } from './bio-pages.ts';
import { bridgeRoutes } from './bridge.ts';
import { browserRoutes } from './browser.ts';
import { campaignRoutes } from './campaigns.ts';
import { clickRoutes } from './clicks.ts';
import { creatorRoutes } from './creators.ts';
import { discountCodeRoutes } from './discount-codes.ts';
import { domainRoutes } from './domains.ts';
import { erasureRoutes } from './erasures.ts';
import { fxRateRoutes } from './fx-rates.ts';
import { importRoutes } from './imports.ts';
import { linkRoutes } from './links.ts';
import { apiKeyRoutes, merchantRoutes } from './merchants.ts';
import { costRoutes, valueRoutes } from './money-entries.ts';
import { orderRoutes } from './orders.ts';
import { reconciliationRoutes } from './reconciliation.ts';
import { reportRoutes } from './reports.ts';
import type { Route } from './route.ts';
import { siteRoutes } from './site.ts';
import { storeRoutes } from './stores.ts';
import { visitRoutes } from './visits.ts';
import { webhookEventRoutes } from './webhook-events.ts';

export const routes: readonly Route[] = [
  siteRoutes,
  browserRoutes,
  merchantRoutes,
  apiKeyRoutes,
  storeRoutes,
  creatorRoutes,
  campaignRoutes,
  domainRoutes,
  linkRoutes,
  bioPageRoutes,
  discountCodeRoutes,
  costRoutes,
  valueRoutes,
  webhookEventRoutes,
  clickRoutes,
  orderRoutes,
  reconciliationRoutes,
  bridgeRoutes,
  fxRateRoutes,
  importRoutes,
  reportRoutes,
  visitRoutes,
  erasureRoutes,
].flatMap((group) => Object.values<Route>(group as Record<string, Route>));
