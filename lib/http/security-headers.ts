// The headers every answer but a redirect carries, so that a browser makes nothing of it but what it is.
import httpSecurityHeaders from '@middy/http-security-headers';

/**
 * The middleware. Its content security policy is left out, since it would replace the one an answer brings: JSON allows
 * nothing at all, the reference page its own files.
 */
export const securityHeaders = () => httpSecurityHeaders({ contentSecurityPolicy: false });
