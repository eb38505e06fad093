// Run by CloudFront at its edge, on each request for a link: what the function is to know of it, within the ten headers that
// CloudFront passes on. Four ways to say what a fetch is for become one, and both ways to say "do not track me".
// biome-ignore lint/correctness/noUnusedVariables: called by CloudFront, by this name
function handler(event) {
  const headers = event.request.headers;
  headers['x-forwarded-host'] = { value: headers.host.value };
  const purpose = headers['sec-purpose'] || headers.purpose || headers['x-purpose'] || headers['x-moz'];
  if (purpose) headers['sec-purpose'] = { value: purpose.value };
  if (headers.dnt && headers.dnt.value === '1') headers['sec-gpc'] = { value: '1' };
  return event.request;
}
