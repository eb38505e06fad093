// A link's short address as a QR code, for whatever is printed or shown on a screen.
import { linkRoutes } from '../../lib/contracts/links.ts';
import type { LinkData } from '../../lib/domain/entities.ts';
import { prefers } from '../../lib/http/accept.ts';
import { addressOn } from './domains.ts';
import { type Call, type Operation, operation } from './operation.ts';
import { required } from './references.ts';

const TYPES = { svg: 'image/svg+xml', png: 'image/png' } as const;

/** A day: neither slug nor domain of a link change. */
const HEADERS = { 'cache-control': 'private, max-age=86400', 'content-security-policy': "default-src 'none'" };

/**
 * The code holds the short address and nothing else: what is added to it would travel on to the shop. Scans are told apart
 * by a link of their own, as placements are.
 */
const qrCode = operation(linkRoutes.qr, async (call) => {
  const { data } = await required<LinkData>(call as Call, 'link', call.params.id as string);
  const { format: asked, size: width, margin, errorCorrection: errorCorrectionLevel } = call.query;
  const accepted = prefers(call.request.headers.accept, TYPES.png, TYPES.svg) ? 'png' : 'svg';
  const format = asked ?? accepted;
  const address = addressOn(call as Call, data.domain, data.slug);
  // Of all the API this alone draws.
  const { default: qr } = await import('qrcode');
  const options = { width, margin, errorCorrectionLevel };
  const body =
    format === 'svg'
      ? await qr.toString(address, { ...options, type: 'svg' })
      : await qr.toBuffer(address, { ...options, type: 'png', rendererOpts: { deflateLevel: 9 } });
  const name = { 'content-disposition': `inline; filename="${data.slug}.${format}"` };
  return {
    status: 200,
    answer: { status: 200, headers: { 'content-type': TYPES[format], vary: 'Accept', ...HEADERS, ...name }, body },
  };
});

export const qrCodeOperations: Operation[] = [qrCode];
