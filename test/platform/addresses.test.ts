// Addresses in what strangers send: each form found and cut out, and nothing that only looks like one.
import { isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressIn, hostNamed, isPrivate, withoutAddresses } from '../../lib/platform/addresses.ts';
import { APPS } from '../domain/user-agents/apps.ts';
import { BROWSERS } from '../domain/user-agents/browsers.ts';
import { CRAWLERS_IN_APP_CLOTHES, MACHINES, PREVIEWS } from '../domain/user-agents/machines.ts';

const USER_AGENTS = [
  ...[...APPS, ...BROWSERS, ...PREVIEWS, ...MACHINES].map(({ userAgent }) => userAgent),
  ...CRAWLERS_IN_APP_CLOTHES,
];

const ipv4 = fc.ipV4();
const ipv6 = fc
  .oneof(
    fc.ipV6(),
    ipv4.map((address) => `::ffff:${address}`),
  )
  .filter((address) => /\d/.test(address));
const anyCase = (text: string) => fc.constantFrom(text, text.toUpperCase());

describe('an address that is told', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    [' 203.0.113.7:51234 ', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['[::FFFF:203.0.113.7]:443', '203.0.113.7'],
    ['2001:DB8::7', '2001:db8::7'],
    ['[2001:db8::7]', '2001:db8::7'],
    ['"[2001:db8::7]:4711"', '2001:db8::7'],
    ['unknown', undefined],
    ['_hidden', undefined],
    ['203.0.113', undefined],
    ['', undefined],
  ])('as %j is %s', (said, address) => expect(addressIn(said)).toBe(address));

  it.each([
    ...['127.0.0.1', '::1', '10.1.2.3', '172.16.0.1', '172.31.255.1', '192.168.1.1', '169.254.7.7'],
    ...['fc00::1', 'fdab:1::1', 'fe80::1', 'febf::1'],
  ])('is nobody’s by itself: %s', (address) => expect(isPrivate(address)).toBe(true));

  it.each(['172.15.0.1', '172.32.0.1', '192.169.1.1', '100.64.0.1', '2001:db8::1', 'fec0::1', '12.7.0.1'])(
    'is somebody’s: %s',
    (address) => expect(isPrivate(address)).toBe(false),
  );
});

describe('a text without addresses', () => {
  it.each([
    ['axios/0.21.4, XFF:203.0.113.7', 'axios/0.21.4, XFF:-'],
    ['Foo (203.0.113.7:51234; x)', 'Foo (-; x)'],
    ['Foo (+http://203.0.113.7/bot)', 'Foo (+http://-/bot)'],
    ['for ::ffff:203.0.113.7.', 'for -.'],
    ['from [2001:DB8:0:0::7]:443', 'from [-]:443'],
    ['ip:2001:db8::7, fe80::1%eth0', 'ip:-, -%eth0'],
  ])('of %j is %j', (text, clean) => expect(withoutAddresses(text)).toBe(clean));

  it('has none of those that are known, wherever they stand', () => {
    expect(withoutAddresses('Foo/203.0.113.7', ['203.0.113.7'])).toBe('Foo/-');
  });

  it.each([
    ...['Chrome/120.0.0.0', 'Foo (X11) Bar/1.2.3.4', 'Gecko rv:1.9.2.15) Gecko', 'Instagram 66.0.0.14.101 (x)'],
    ...['HTC Desire 1.19.161.5 Build/ERE27', 'WWW::Mechanize/1.91', 'LWP::Simple/6.00', 'at 12:30:45', '300.1.2.3'],
  ])('is the text where it names versions, modules or times: %s', (text) => expect(withoutAddresses(text)).toBe(text));

  it('is the text for each user agent that the rules are tested with', () => {
    expect(USER_AGENTS.length).toBeGreaterThan(200);
    expect(USER_AGENTS.filter((userAgent) => withoutAddresses(userAgent) !== userAgent)).toEqual([]);
  });

  it('holds no address that stands in a user agent by itself, of whatever kind and form', () => {
    const aroundIt = fc.constantFrom(['(', ')'], [' ', ''], [', XFF:', ';'], ['[', ']:443'], ['ip=', ' x'], ['"', '"']);
    const found = fc.tuple(fc.constantFrom(...USER_AGENTS), aroundIt, fc.oneof(ipv4, ipv6).chain(anyCase));
    fc.assert(
      fc.property(found, ([userAgent, [before, after], address]) => {
        const clean = withoutAddresses(`${userAgent}${before}${address}${after}`);
        expect(clean.toLowerCase()).not.toContain(address.toLowerCase());
        expect(clean.split(/[^\da-f:.]+/i).filter((part) => isIP(part) === 6)).toEqual([]);
        expect(clean.startsWith(userAgent)).toBe(true);
      }),
    );
  });

  it('is found in time that does not grow with tricks', () => {
    const begun = performance.now();
    for (const trick of ['a', ':', '1.', '1:a', 'a:1 ', '1.2.3.4 ', '::1 ']) withoutAddresses(trick.repeat(8_000));
    expect(performance.now() - begun).toBeLessThan(1_000);
  });
});

describe('the host that a URL names', () => {
  it.each([
    ['https://www.instagram.com/p/1', 'www.instagram.com'],
    ['http://203.0.113.7:8080/', null],
    ['http://[2001:db8::7]/', null],
    ['http://0xcb007107/', null],
    ['http://203.0.113.7.nip.io/', null],
    ['android-app:', null],
    ['none', null],
  ])('of %s is %s', (url, host) => expect(hostNamed(URL.parse(url))).toBe(host));
});
