import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { discountUrl, renderUtm, targetUrl, type UtmVariables, unknownPlaceholders } from '../../lib/domain/utm.ts';

const someVariables = (variables: Partial<UtmVariables> = {}): UtmVariables => ({
  creatorHandle: 'zoe',
  creatorName: 'Zoë Ng',
  campaignSlug: 'spring',
  campaignName: 'Spring & Co',
  linkPlacement: 'story',
  linkSlug: 'zoe-spring',
  platform: 'instagram',
  ...variables,
});

describe('renderUtm', () => {
  it('has defaults for source, medium and campaign', () => {
    expect(renderUtm({}, {}, someVariables())).toEqual({
      utm_source: 'instagram',
      utm_medium: 'creator',
      utm_campaign: 'spring',
    });
  });

  it('names the creator as the source of a link without platform, and no campaign without one', () => {
    const utm = renderUtm({}, {}, someVariables({ platform: null, campaignSlug: null }));
    expect(utm).toEqual({ utm_source: 'creator', utm_medium: 'creator' });
  });

  it("prefers the link's template per field, then the campaign's", () => {
    const campaign = { source: 'c-source', medium: 'c-medium', content: 'c-content' };
    const link = { source: 'l-source', medium: null, term: 'l-term' };
    expect(renderUtm(campaign, link, someVariables())).toEqual({
      utm_source: 'l-source',
      utm_medium: 'c-medium',
      utm_campaign: 'spring',
      utm_content: 'c-content',
      utm_term: 'l-term',
    });
  });

  it('fills in every placeholder, also several in one template', () => {
    const template =
      '{creator.handle}|{creator.name}|{campaign.slug}|{campaign.name}|{link.placement}|{link.slug}|{platform}';
    const { utm_content } = renderUtm({ content: template }, {}, someVariables());
    expect(utm_content).toBe('zoe|Zoë Ng|spring|Spring & Co|story|zoe-spring|instagram');
  });

  it('leaves a parameter out when nothing remains of it', () => {
    const utm = renderUtm(
      { content: '{link.placement}', term: 'x-{link.placement}' },
      {},
      someVariables({ linkPlacement: null }),
    );
    expect(utm).not.toHaveProperty('utm_content');
    expect(utm.utm_term).toBe('x-');
  });

  it('lets an empty template switch a default off', () => {
    expect(renderUtm({ medium: '' }, {}, someVariables())).not.toHaveProperty('utm_medium');
  });

  it('does not expand placeholders in values, nor unknown ones', () => {
    const utm = renderUtm(
      { content: '{creator.name} {constructor}' },
      {},
      someVariables({ creatorName: '{platform}$&' }),
    );
    expect(utm.utm_content).toBe('{platform}$& {constructor}');
  });
});

describe('unknownPlaceholders', () => {
  it('names what stands for nothing, once each', () => {
    expect(unknownPlaceholders('{creator.id}-{platform}-{ platform }-{creator.id}-{}')).toEqual([
      '{creator.id}',
      '{ platform }',
      '{}',
    ]);
  });

  it.each(['', 'plain', '{creator.handle}-{link.slug}', 'half {open', 'half close}'])(
    'finds none in %j',
    (template) => {
      expect(unknownPlaceholders(template)).toEqual([]);
    },
  );
});

describe('targetUrl', () => {
  it.each([
    ['https://shop.com/', 'https://shop.com/?utm_source=a'],
    ['https://shop.com/p?v=1#top', 'https://shop.com/p?v=1&utm_source=a#top'],
    ['https://shop.com/p?utm_source=old&v=1&utm_source=older', 'https://shop.com/p?v=1&utm_source=a'],
    ['https://shop.com/p?utm%5Fsource=old', 'https://shop.com/p?utm_source=a'],
    ['https://shop.com/p?utm_medium=kept', 'https://shop.com/p?utm_medium=kept&utm_source=a'],
    ['https://shop.com/p?q=%zz+%E9&flag&x=~', 'https://shop.com/p?q=%zz+%E9&flag&x=~&utm_source=a'],
  ])('of %s is %s', (destination, target) => {
    expect(targetUrl(destination, { utm_source: 'a' })).toBe(target);
  });

  it('changes nothing without parameters', () => {
    expect(targetUrl('https://shop.com/p?v=1#top', {})).toBe('https://shop.com/p?v=1#top');
  });

  it('carries any values, however odd, and leaves the rest of the URL alone', () => {
    const values = fc.record({
      utm_source: fc.string({ unit: 'binary' }),
      utm_campaign: fc.string({ unit: 'binary' }),
    });
    fc.assert(
      fc.property(values, (utm) => {
        const url = new URL(targetUrl('https://shop.com/p?v=1&utm_source=old#top', utm));
        expect(`${url.origin}${url.pathname}${url.hash}`).toBe('https://shop.com/p#top');
        expect(url.searchParams.get('v')).toBe('1');
        expect(url.searchParams.getAll('utm_source')).toEqual([utm.utm_source.toWellFormed()]);
        expect(url.searchParams.getAll('utm_campaign')).toEqual([utm.utm_campaign.toWellFormed()]);
      }),
    );
  });
});

describe('discountUrl', () => {
  const innerOf = (url: string) => new URL(url).searchParams.get('redirect') ?? '';

  it.each([
    ['https://shop.com/', '/'],
    ['https://shop.com/p?v=1&utm_source=a#top', '/p?v=1&utm_source=a#top'],
    ['https://shop.com//evil.example/x', '/evil.example/x'],
    ['https://shop.com/.//evil.example', '/evil.example'],
    ['https://shop.com////', '/'],
  ])('of %s leads on to %s', (target, inner) => {
    expect(innerOf(discountUrl(target, 'SARAH15'))).toBe(inner);
  });

  it('keeps what redirects again inside, out of the hop itself', () => {
    const query =
      'v=1&redirect=//evil.example&Return_To=/x&url=1&next[]=2&checkout%5Furl=3&return.to=4&redirect%00=5&w=2';
    const url = new URL(discountUrl(`https://shop.com/p?${query}`, 'SARAH15'));
    expect([...url.searchParams.keys()]).toEqual(['redirect', 'v', 'w']);
    expect(innerOf(url.href)).toBe(`/p?${query}`);
  });

  it('stays on its host whatever the path: one slash, exactly', () => {
    const part = fc.oneof(
      fc.constantFrom('/', '//', '.', '..', '%2F', '%5C', '\\', 'evil.example', '?', '#'),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const target = new URL(`https://shop.com/${parts.join('')}`).href;
        const inner = innerOf(discountUrl(target, 'SARAH15'));
        expect(inner).toMatch(/^\/(?!\/)/);
        expect(new URL(inner, 'https://shop.com').origin).toBe('https://shop.com');
      }),
    );
  });
});
