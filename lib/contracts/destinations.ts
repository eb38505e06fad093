// Destinations per country: ordered rules, as campaigns and links take them.
import * as z from 'zod';
import { countryOf } from '../platform/countries.ts';

const Country = z
  .string()
  .refine((text) => countryOf(text) !== undefined, {
    message: 'must be a country of ISO 3166-1, in two letters; EU and the like are listed country by country',
    params: { code: 'unknown_country' },
  })
  .overwrite((text) => countryOf(text) ?? text)
  .meta({ description: 'ISO 3166-1, two letters', example: 'DE' });

const CountryDestination = z.strictObject({
  countries: z.array(Country).min(1).max(250),
  url: z.string().max(2000),
});

/** A redirect reads all of a link at once: a list of lists would be slow, and there are 250 countries. */
export const CountryDestinations = z.array(CountryDestination).max(20);
