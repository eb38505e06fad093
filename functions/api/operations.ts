// Every operation of the management API, by resource.
import { apiKeyOperations } from './api-keys.ts';
import { bioPageOperations } from './bio-pages.ts';
import { bridgeOperations } from './bridge.ts';
import { campaignOperations } from './campaigns.ts';
import { clickOperations } from './clicks.ts';
import { creatorOperations } from './creators.ts';
import { discountCodeOperations } from './discount-codes.ts';
import { domainOperations } from './domains.ts';
import { erasureOperations } from './erasures.ts';
import { fxRateOperations } from './fx-rates.ts';
import { importOperations } from './imports.ts';
import { linkOperations } from './links.ts';
import { manualOrderOperations } from './manual-orders.ts';
import { merchantOperations } from './merchants.ts';
import { costOperations, valueOperations } from './money-entries.ts';
import type { Operation } from './operation.ts';
import { orderOperations } from './orders.ts';
import { qrCodeOperations } from './qr-codes.ts';
import { reconciliationOperations } from './reconciliation.ts';
import { reportOperations } from './reports.ts';
import { roiOperations } from './roi.ts';
import { siteOperations } from './site.ts';
import { storeOperations } from './stores.ts';
import { visitOperations } from './visits.ts';
import { webhookEventOperations } from './webhook-events.ts';

export const operations: readonly Operation[] = [
  ...siteOperations,
  ...merchantOperations,
  ...apiKeyOperations,
  ...storeOperations,
  ...creatorOperations,
  ...campaignOperations,
  ...domainOperations,
  ...linkOperations,
  ...qrCodeOperations,
  ...bioPageOperations,
  ...discountCodeOperations,
  ...costOperations,
  ...valueOperations,
  ...webhookEventOperations,
  ...clickOperations,
  ...visitOperations,
  ...orderOperations,
  ...reconciliationOperations,
  ...bridgeOperations,
  ...fxRateOperations,
  ...manualOrderOperations,
  ...importOperations,
  ...reportOperations,
  ...roiOperations,
  ...erasureOperations,
];
