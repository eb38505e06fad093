// Names of hosts: which may be claimed, and which are the deployment's own.
import { describe, expect, it } from 'vitest';
import { hostNameOf, isOwnHost } from '../../lib/domain/hosts.ts';

describe('the name of a host', () => {
  it('is kept in lower case and Punycode, so that each has one form', () => {
    expect(hostNameOf('Go.Brand.COM')).toBe('go.brand.com');
    expect(hostNameOf('go.bücher.example')).toBe('go.xn--bcher-kva.example');
    expect(hostNameOf('GO.BÜCHER.example')).toBe('go.xn--bcher-kva.example');
    expect(hostNameOf('пример.рф')).toBe('xn--e1afmkfd.xn--p1ai');
    expect(hostNameOf('go。brand.com')).toBe('go.brand.com');
  });

  it.each([
    ...['', 'localhost', 'brand', '127.0.0.1', '0x7f.1', '1.2.3', '[::1]', 'go.brand.com.', '.brand.com', 'a..b.com'],
    ...[
      'https://go.brand.com',
      'go.brand.com/x',
      'go.brand.com:443',
      'u@go.brand.com',
      'go.brand.com?x',
      'go.brand.com#x',
    ],
    ...[
      'go brand.com',
      'go_x.brand.com',
      '-go.brand.com',
      'go-.brand.com',
      'go.brand.c',
      'go.brand.123',
      'go%2ebrand.com',
    ],
    ...[`${'a'.repeat(64)}.com`, `${'a.'.repeat(127)}com`, 'go\\brand.com', '~', 'go.brand.com\n', 'xn--.com'],
  ])('is not %j', (text) => {
    expect(hostNameOf(text)).toBeUndefined();
  });
});

describe("the deployment's own", () => {
  it('is the name it was given, what is no name, and what AWS makes up', () => {
    for (const host of [
      'go.tributary.example',
      ...['localhost', '127.0.0.1', '[::1]', '', 'box'],
      ...[`${'a.'.repeat(126)}com`, `go.${'b'.repeat(3000)}.example`],
      ...['a1b2c3.execute-api.eu-central-1.amazonaws.com', 'abc.lambda-url.eu-west-1.on.aws', 'd111.cloudfront.net'],
    ]) {
      expect(isOwnHost(host, 'go.tributary.example')).toBe(true);
    }
    for (const host of [
      'go.brand.com',
      'tributary.example',
      'x.go.tributary.example',
      'amazonaws.com.evil.example',
      `${'a.'.repeat(125)}com`,
    ]) {
      expect(isOwnHost(host, 'go.tributary.example')).toBe(false);
    }
    expect(isOwnHost('go.brand.com', undefined)).toBe(false);
  });
});
