// Bio pages: one page at /@handle that lists a creator's links, for the one address a profile has room for.
import * as z from 'zod';
import { HANDLE } from '../domain/handles.ts';
import { HostName } from './domains.ts';
import { Reference, Stamps, text } from './fields.ts';
import { resourceRoutes } from './resource.ts';

const Handle = z
  .string()
  .toLowerCase()
  .regex(HANDLE, 'must be 1 to 64 letters, digits, dots, dashes and underscores')
  .meta({ description: 'The page is at /@<handle>, in any case. Unique on its domain', example: 'sarahlim' });

const isLanguage = (tag: string): boolean => {
  try {
    return Intl.getCanonicalLocales(tag).length === 1;
  } catch {
    return false;
  }
};

const Language = z
  .string()
  .max(35)
  .refine(isLanguage, { message: 'must be a language tag such as en or pt-BR', params: { code: 'invalid_language' } })
  .meta({ description: 'What the page is written in, BCP 47. Default: en', example: 'en' });

/** Bounds keep the page under 15 kB, whatever it says. */
const entry = z.strictObject({ linkId: Reference('lnk'), title: text(60) });

const changeable = {
  title: text(80).nullish().meta({ description: "Default: the creator's name" }),
  text: text(300).nullish(),
  language: Language.nullish(),
  links: z
    .array(entry)
    .max(20)
    .nullish()
    .meta({ description: "Links of the creator's on the page's domain, in this order; shown while they hold" }),
};

export const BioPageCreate = z.strictObject({
  ...changeable,
  creatorId: Reference('crt'),
  handle: Handle,
  domain: HostName.nullish().meta({ description: "One of your domains. Default: the deployment's own" }),
});

export const BioPagePatch = z.strictObject(changeable).partial();

const BioPage = z
  .object({
    ...Stamps,
    creatorId: z.string(),
    domain: z.string().nullable().meta({ description: "Null on the deployment's own" }),
    handle: z.string(),
    url: z.string(),
    title: z.string().nullable(),
    text: z.string().nullable(),
    language: z.string(),
    links: z.array(z.object({ linkId: z.string(), title: z.string() })),
  })
  .meta({ id: 'BioPage' });

export const bioPageRoutes = resourceRoutes({
  path: 'bio-pages',
  name: 'BioPage',
  plural: 'BioPages',
  tag: 'Bio pages',
  create: BioPageCreate,
  patch: BioPagePatch,
  answer: BioPage,
  filters: z.strictObject({ handle: Handle.optional(), creatorId: Reference('crt').optional() }),
});
