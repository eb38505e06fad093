// The id a visitor goes by outside: what is stored of it, named as other ids are. It leads to no cookie and to no person.

const PREFIX = 'vis_';

/** A cookie's birth day and hash, or the hash of a name that another tool had for it. */
export const VISITOR_ID = /^vis_(?:\d{8}|x)[A-Za-z0-9_-]{22}$/;

export const visitorIdOf = (visitor: string): string => PREFIX + visitor;

export const visitorOfId = (id: string): string => id.slice(PREFIX.length);
