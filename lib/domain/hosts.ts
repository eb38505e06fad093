// Names of hosts: what may be claimed as a merchant's domain, and which are the deployment's own.

const HOST_NAME = /^(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+([a-z]{2,63}|xn--[a-z0-9-]{1,59})$/;

/** No name is longer, as DNS has it; what is can't even be a key of the table. */
const LONGEST_NAME = 253;

/** AWS gives these out: whoever asks by one of them means the deployment itself. */
const MADE_UP_BY_AWS = /\.(amazonaws\.com(\.cn)?|on\.aws|cloudfront\.net)$/;

/**
 * A host's name as it is stored and compared: lower case, other alphabets in Punycode; undefined for what is none, such as
 * an address, a single label, a URL or a name with a port.
 */
export function hostNameOf(text: string): string | undefined {
  if (/[\s/:@?#\\%]/.test(text)) return undefined;
  const host = URL.parse(`https://${text}`)?.hostname ?? '';
  return HOST_NAME.test(host) ? host : undefined;
}

/**
 * True for a host whose links are the deployment's own: the name it was given, the names AWS makes up, and what is no name
 * at all, such as `localhost`, an address or thousands of characters. Any other may be a merchant's.
 */
export function isOwnHost(host: string, own: string | undefined): boolean {
  return host === own || host.length > LONGEST_NAME || !/\.[a-z]/.test(host) || MADE_UP_BY_AWS.test(host);
}
