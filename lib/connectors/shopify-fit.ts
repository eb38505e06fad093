// The shape a body must have for its topic: the topic is not signed, so a captured body may come under another one.
import type { JsonObject } from './payload-json.ts';

export type Fits = (body: JsonObject) => boolean;

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);
const hasId: Fits = (body) => (body.id ?? body.admin_graphql_api_id) != null;
const hasLines: Fits = (body) => Array.isArray(body.line_items) || Array.isArray(body.refund_line_items);

export const isOrder: Fits = (body) =>
  Array.isArray(body.line_items) && !Array.isArray(body.refund_line_items) && hasId(body);
export const isRefund: Fits = (body) => Array.isArray(body.refund_line_items) && body.order_id != null;
export const isEdit: Fits = ({ order_edit: edit }) => isObject(edit) && (edit as JsonObject).order_id != null;
/** Nothing but its id: a shop or a dispute has one too. */
export const isDeletion: Fits = (body) =>
  hasId(body) && Object.keys(body).every((key) => key === 'id' || key === 'admin_graphql_api_id');
export const isDispute: Fits = (body) => hasId(body) && 'initiated_at' in body && 'status' in body && !hasLines(body);
export const isShop: Fits = (body) =>
  hasId(body) && ('myshopify_domain' in body || 'plan_name' in body) && !hasLines(body);

const isOfCustomer: Fits = (body) => typeof body.shop_domain === 'string' && isObject(body.customer) && !hasLines(body);
export const isRedaction: Fits = (body) =>
  isOfCustomer(body) && Array.isArray(body.orders_to_redact) && !('orders_requested' in body || 'data_request' in body);
export const isDataRequest: Fits = (body) =>
  isOfCustomer(body) && Array.isArray(body.orders_requested) && !('orders_to_redact' in body);
/** Everything of the shop goes by it: whatever names a customer, an order or anything else besides is no such request. */
export const isShopRedaction: Fits = (body) =>
  typeof body.shop_domain === 'string' &&
  body.shop_id != null &&
  !hasId(body) &&
  Object.values(body).every((value) => typeof value !== 'object');
