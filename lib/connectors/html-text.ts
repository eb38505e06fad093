// Text that WordPress stores escaped for HTML, as it was typed in.

const CHARACTERS: ReadonlyMap<string, string> = new Map([
  ...(['amp', '38', 'x26'] as const).map((name) => [name, '&'] as const),
  ...(['lt', '60'] as const).map((name) => [name, '<'] as const),
  ...(['gt', '62'] as const).map((name) => [name, '>'] as const),
  ...(['quot', '34', 'x22'] as const).map((name) => [name, '"'] as const),
  ...(['39', 'x27'] as const).map((name) => [name, "'"] as const),
]);

/**
 * The five special characters decoded, once: `&amp;lt;` is `&lt;`. The same entities as WordPress decodes, numbers with
 * leading zeros among them (wp_specialchars_decode with ENT_QUOTES), and no other.
 */
export const decodedSpecialCharacters = (text: string): string =>
  text.replace(
    /&(?:(amp|lt|gt|quot)|#0*(34|38|39|60|62)|#([xX])0*(22|26|27));/g,
    (entity, name: string | undefined, decimal: string | undefined, _x: string | undefined, hex: string | undefined) =>
      CHARACTERS.get(name ?? decimal ?? `x${hex}`) ?? entity,
  );
