// Every way a request can fail: one code, one status, one title. Responses, OpenAPI and docs are made from it.

export const PROBLEMS = {
  malformed_json: [400, 'The body is not valid JSON'],
  invalid_cursor: [400, 'The cursor is not one this list gave out, or it has expired'],
  invalid_idempotency_key: [400, 'Idempotency-Key must be 1 to 255 characters'],
  unauthorized: [401, 'No valid API key'],
  invalid_signature: [401, 'The webhook signature does not match'],
  forbidden: [403, 'The key lacks the scope for this'],
  not_found: [404, 'Not found'],
  conflict: [409, 'Somebody else changed this at the same moment'],
  slug_taken: [409, 'The slug is taken or reserved'],
  code_taken: [409, 'The code is taken in that store'],
  domain_taken: [409, 'The domain is claimed already'],
  handle_taken: [409, 'The handle is taken on that domain'],
  external_id_taken: [409, 'The externalId is taken'],
  order_exists: [409, 'The store has this order already'],
  order_not_manual: [409, 'Only its shop can cancel this order'],
  merchant_has_facts: [409, 'Currency and time zone are fixed once clicks or orders exist'],
  idempotency_key_reused: [409, 'The Idempotency-Key was used with another body'],
  idempotency_in_progress: [409, 'The first request with this Idempotency-Key is still running'],
  body_too_large: [413, 'The body is over 4 MB'],
  unsupported_media_type: [415, 'The body is of a type that is not taken here'],
  invalid_request: [422, 'The request is not valid'],
  internal_error: [500, 'Something went wrong on our side'],
  unavailable: [503, 'The service cannot reach its data at the moment'],
} as const satisfies Record<string, readonly [number, string]>;

export type ProblemCode = keyof typeof PROBLEMS;
