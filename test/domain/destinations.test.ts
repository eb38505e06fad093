import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { faultMessage } from '../../lib/domain/destination-faults.ts';
import { checkDestination, redirectLocation } from '../../lib/domain/destinations.ts';

const HOSTS = ['shop.com', 'WWW.Shop.com'];
const TARGET = 'https://shop.com/p?utm_source=zoe#top';

const codeOf = (url: string) => {
  const check = checkDestination(url, HOSTS);
  return check.ok ? check.url : check.code;
};

describe('checkDestination', () => {
  it.each([
    ['https://shop.com', 'https://shop.com/'],
    ['https://shop.com/p?v=1&redirect=/cart#top', 'https://shop.com/p?v=1&redirect=/cart#top'],
    ['HTTPS://SHOP.com/P', 'https://shop.com/P'],
    ['https://www.shop.com/a/../b', 'https://www.shop.com/b'],
    ['https://shop.com/?next=https://evil.com:8080/@', 'https://shop.com/?next=https://evil.com:8080/@'],
    ['https://shop.com/käse', 'https://shop.com/k%C3%A4se'],
    ['https://ｓｈｏｐ.com/', 'https://shop.com/'],
  ])('accepts %s as %s', (url, href) => {
    expect(codeOf(url)).toBe(href);
  });

  it.each([
    ['', 'not_a_url'],
    ['shop.com/p', 'not_a_url'],
    ['/p', 'not_a_url'],
    ['//shop.com/p', 'not_a_url'],
    ['https://', 'not_a_url'],
    ['https:shop.com', 'not_a_url'],
    ['https:/shop.com', 'not_a_url'],
    ['https:///shop.com', 'not_a_url'],
    ['https://shop.com:99999/', 'not_a_url'],
    ['http://shop.com/', 'not_https'],
    ['javascript:alert(1)', 'not_https'],
    ['data:text/html,x', 'not_https'],
    ['ftp://shop.com/', 'not_https'],
    ['https://user@shop.com/', 'userinfo'],
    ['https://user:pass@shop.com/', 'userinfo'],
    ['https://@shop.com/', 'userinfo'],
    ['https://shop.com@evil.com/', 'userinfo'],
    ['https://shop.com:8443/', 'port'],
    ['https://shop.com:443/', 'port'],
    ['https://shop.com:/', 'port'],
    ['https://shop.com\\@evil.com/', 'backslash'],
    ['https://shop.com/a\\b', 'backslash'],
    ['https:\\\\shop.com/', 'backslash'],
    [' https://shop.com/', 'control_character'],
    ['https://shop.com/a b', 'control_character'],
    ['https://shop.com/\n', 'control_character'],
    ['https://sh\top.com/', 'control_character'],
    ['https://shop.com/\u0000', 'control_character'],
    ['https://shop.com/\u0085', 'control_character'],
    ['https://shop.com/\u3000', 'control_character'],
    ['\ufeffhttps://shop.com/', 'control_character'],
    ['https://evil.com/', 'host_not_allowed'],
    ['https://a.shop.com/', 'host_not_allowed'],
    ['https://shop.com.evil.com/', 'host_not_allowed'],
    ['https://evilshop.com/', 'host_not_allowed'],
    ['https://shop.com./', 'host_not_allowed'],
    ['https://sh\u043ep.com/', 'host_not_allowed'],
    ['https://[::1]/', 'host_not_allowed'],
    ['https://0x7f.1/', 'host_not_allowed'],
    [`https://shop.com/${'a'.repeat(1984)}`, 'too_long'],
    [`https://shop.com/${'ä'.repeat(400)}`, 'too_long'],
  ])('refuses %j: %s', (url, code) => {
    expect(codeOf(url)).toBe(code);
  });

  it('accepts exactly 2,000 characters', () => {
    const url = `https://shop.com/${'a'.repeat(1983)}`;
    expect(url).toHaveLength(2000);
    expect(codeOf(url)).toBe(url);
  });

  it('accepts no host when none is allowed', () => {
    expect(checkDestination('https://shop.com/', []).ok).toBe(false);
  });

  it('has a sentence for each fault', () => {
    expect(faultMessage('host_not_allowed', 'https://evil.com/')).toBe(
      "The host evil.com is not one of the merchant's allowed hosts.",
    );
    expect(faultMessage('too_long', 'https://shop.com/')).toBe('The URL is longer than 2000 characters.');
  });

  it('never leads to another host, whatever the text', () => {
    const parts = fc.constantFrom(
      'https:',
      '//',
      '/',
      '\\',
      '@',
      ':',
      '.',
      '?',
      '#',
      'shop.com',
      'evil.com',
      '%2e',
      '\t',
      '。',
    );
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 8 }), (tail) => {
        const check = checkDestination(['https://', ...tail].join(''), HOSTS);
        if (check.ok) expect(['shop.com', 'www.shop.com']).toContain(new URL(check.url).host);
      }),
      { numRuns: 5000 },
    );
  });
});

describe('redirectLocation', () => {
  it('is the target with the click id, fragment last', () => {
    expect(redirectLocation(TARGET, '', 'clk_1')).toBe('https://shop.com/p?utm_source=zoe&trb_click=clk_1#top');
    expect(redirectLocation('https://shop.com/', '', 'clk_1')).toBe('https://shop.com/?trb_click=clk_1');
  });

  it('is the target itself without visitor parameters or click id', () => {
    expect(redirectLocation(TARGET, '', null)).toBe(TARGET);
    expect(redirectLocation('https://shop.com/', '', null)).toBe('https://shop.com/');
  });

  it("keeps the visitor's parameters in order, repeats, encodings and empty values too", () => {
    const query = 'b=2&a=1&b=3&flag&empty=&q=a+b%20c&l=%E9&list[]=1&list[]=2';
    expect(redirectLocation(TARGET, query, 'clk_1')).toBe(
      `https://shop.com/p?utm_source=zoe&${query}&trb_click=clk_1#top`,
    );
  });

  it("keeps the target's own query as it is written", () => {
    const target = 'https://shop.com/discount/ZOE15?redirect=%2Fp%3Fa%3D1&x=a+b&y=%zz#f?g=1';
    expect(redirectLocation(target, 'a=1', null)).toBe(
      'https://shop.com/discount/ZOE15?redirect=%2Fp%3Fa%3D1&x=a+b&y=%zz&a=1#f?g=1',
    );
  });

  it.each([
    ...[
      'utm_source=evil',
      'UTM_Source=evil',
      'utm%5Fsource=evil',
      'utm_source[]=evil',
      'utm.source=evil',
      'utm_source',
    ],
    ...['trb_click=clk_2', 'TRB_CLICK=clk_2', 'trb_x=1', '%74rb_click=1', '+trb_click=1', 'trb[click=1', 'trb.click=1'],
    ...['redirect=//evil.com', 'Redirect=x', 'return_to=x', 'url=x', 'URL=x', 'next=x', 'checkout_url=x', 'url'],
    ...[
      're%64irect=x',
      '%20redirect=x',
      'redirect[]=x',
      'redirect[a][b]=x',
      'return.to=x',
      'return+to=x',
      'return[to=x',
    ],
    ...['redirect%00=x', 'redirect%00x=x', '%0Aredirect=x', 'a%0Db=x', '\tredirect=x', '', '&', '&&&'],
  ])('drops %j', (query) => {
    expect(redirectLocation(TARGET, query, null)).toBe(TARGET);
  });

  it.each([
    'redirected=1',
    'my_url=1',
    'nextpage=1',
    'urls[]=1',
    'atrb_=1',
    'trb=1',
    'source=1',
    '=1',
    '[url]=1',
    '?utm%5Fsource=1',
  ])('keeps %j, which only looks like those', (query) => {
    expect(redirectLocation(TARGET, query, null)).toBe(`https://shop.com/p?utm_source=zoe&${query}#top`);
  });

  it("never passes on somebody else's click id that was pasted into the destination", () => {
    const target = 'https://shop.com/p?trb_click=clk_old&v=1';
    expect(redirectLocation(target, '', null)).toBe('https://shop.com/p?v=1');
    expect(redirectLocation(target, '', 'clk_1')).toBe('https://shop.com/p?v=1&trb_click=clk_1');
  });

  it.each([
    ['a=%', 'a=%25'],
    ['a=%zz&%=%4', 'a=%25zz&%25=%254'],
    ['a=1;redirect=//evil.com', 'a=1%3Bredirect=//evil.com'],
    ['a=#x', 'a=%23x'],
    ['a=\r\nSet-Cookie: x=1', 'a=%0D%0ASet-Cookie:%20x=1'],
    ['a=ä€😀\ud800', 'a=%C3%A4%E2%82%AC%F0%9F%98%80%EF%BF%BD'],
    ['a="<>\\^`{|}', 'a=%22%3C%3E%5C%5E%60%7B%7C%7D'],
  ])('escapes what could break out of %j', (query, escaped) => {
    expect(redirectLocation('https://shop.com/', query, null)).toBe(`https://shop.com/?${escaped}`);
  });

  it('drops what comes after 8,000 characters are full, and keeps the click id and fragment', () => {
    const query = Array.from({ length: 3000 }, (_, index) => `p${index}=${index}`).join('&');
    const location = redirectLocation(TARGET, query, 'clk_1');
    expect(location.length).toBeLessThanOrEqual(8000);
    expect(location.length).toBeGreaterThan(7980);
    expect(location.startsWith('https://shop.com/p?utm_source=zoe&p0=0&p1=1&')).toBe(true);
    expect(location.endsWith('&trb_click=clk_1#top')).toBe(true);
  });

  it('fills 8,000 characters exactly, and not one more', () => {
    const base = 'https://shop.com/?a=';
    expect(redirectLocation('https://shop.com/', `a=${'x'.repeat(8000 - base.length)}`, null)).toHaveLength(8000);
    expect(redirectLocation('https://shop.com/', `a=${'x'.repeat(8001 - base.length)}`, null)).toBe(
      'https://shop.com/',
    );
  });

  it('counts the fragment towards the 8,000', () => {
    const base = 'https://shop.com/?a=#top';
    const room = 8000 - base.length;
    expect(redirectLocation('https://shop.com/#top', `a=${'x'.repeat(room)}`, null)).toHaveLength(8000);
    expect(redirectLocation('https://shop.com/#top', `a=${'x'.repeat(room + 1)}`, null)).toBe('https://shop.com/#top');
  });

  it('takes names that begin with a bracket as they are', () => {
    expect(redirectLocation('https://shop.com/?[a]=1', '[b]=2&[a]=3', null)).toBe('https://shop.com/?[a]=1&[b]=2');
  });

  it("has the target's origin, path, fragment and parameters, whatever the visitor sends", () => {
    const parts = fc.constantFrom(
      '&',
      '=',
      '#',
      '?',
      '/',
      '\\',
      '@',
      '%',
      ';',
      '\r\n',
      'trb_click',
      'redirect',
      'utm_source',
      '%00',
      '[',
    );
    const query = fc.array(fc.oneof(parts, fc.string({ unit: 'binary' }))).map((texts) => texts.join(''));
    fc.assert(
      fc.property(query, fc.option(fc.constant('clk_1')), (rawQuery, clickId) => {
        const location = redirectLocation(TARGET, rawQuery, clickId);
        const url = new URL(location);
        expect(location.startsWith('https://shop.com/p?utm_source=zoe')).toBe(true);
        expect(location).toMatch(/^[!-~]{1,8000}$/);
        expect([url.origin, url.pathname, url.hash]).toEqual(['https://shop.com', '/p', '#top']);
        expect(url.searchParams.getAll('utm_source')).toEqual(['zoe']);
        expect(url.searchParams.getAll('trb_click')).toEqual(clickId === null ? [] : [clickId]);
        expect(url.searchParams.has('redirect')).toBe(false);
      }),
      { numRuns: 5000 },
    );
  });

  it('has the click id, and leads where the target does, whatever percent signs stand in that', () => {
    const part = fc.constantFrom('%', '%2', '%zz', '%e9', '%25', '%2F', '%26', '%23', '/p', '&', '=', '?', 'redirect=');
    const query = fc.array(fc.oneof(part, fc.stringMatching(/^[ -~]{0,9}$/))).map((texts) => texts.join(''));
    const address = fc.constantFrom('https://shop.com/discount/ZOE15', 'https://shop.com/p', 'https://shop.com/');
    fc.assert(
      fc.property(address, query, fc.boolean(), (start, written, hops) => {
        const check = checkDestination(`${start}?${hops ? 'redirect=' : ''}${written.replaceAll(' ', '+')}`, HOSTS);
        if (!check.ok) return;
        const url = new URL(redirectLocation(check.url, '', 'clk_1'));
        expect([url.origin, url.pathname]).toEqual(['https://shop.com', new URL(start).pathname]);
        expect(url.searchParams.getAll('trb_click')).toEqual(['clk_1']);
      }),
      { numRuns: 5000 },
    );
    const target = 'https://shop.com/discount/ZOE15?redirect=/p/100%-cotton&v=1#f';
    expect(redirectLocation(target, 'a=1', 'clk_1')).toBe(
      'https://shop.com/discount/ZOE15?redirect=/p/100%-cotton&v=1&a=1&trb_click=clk_1#f',
    );
  });

  it('keeps every harmless parameter with its value', () => {
    const pair = fc.tuple(fc.stringMatching(/^v[a-z]{0,5}$/), fc.string({ unit: 'binary', maxLength: 20 }));
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 20 }), (pairs) => {
        const location = redirectLocation('https://shop.com/', new URLSearchParams(pairs).toString(), null);
        expect([...new URL(location).searchParams]).toEqual(pairs.map(([name, value]) => [name, value.toWellFormed()]));
      }),
    );
  });
});
