// What the short domain answers that is no click: its own small files, links that have ended, links that never were.
import { checkDestination } from '../../lib/domain/destinations.ts';
import type { LinkData, MerchantData } from '../../lib/domain/entities.ts';
import type { Service } from '../../lib/flows/service.ts';
import type { Answer } from '../../lib/http/answer.ts';
import type { Request } from '../../lib/http/request.ts';
import { recordById, type StoredRecord } from '../../lib/table/records.ts';
import { notFound, redirectTo } from './answers.ts';
import { siteFile } from './site-files.ts';

/**
 * A link that has ended: its own fallback, else the merchant's of today, or of the link's day while the table can't be
 * asked.
 */
export const endedLink = async (service: Service, link: StoredRecord<LinkData>): Promise<Answer> => {
  const { ownFallbackUrl, allowedHosts } = link.data;
  if (ownFallbackUrl && checkDestination(ownFallbackUrl, allowedHosts).ok) return redirectTo(ownFallbackUrl);
  const merchant = await recordById<MerchantData>(service.table, link.merchantId).catch(() => undefined);
  const fallback = merchant ? merchant.data.fallbackUrl : link.data.fallbackUrl;
  return fallback ? redirectTo(fallback) : notFound();
};

/** What is asked for by a name that no link has. */
export const noLink = async (name: string, request: Request): Promise<Answer> => {
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  return (isRead && siteFile(name)) || notFound();
};
