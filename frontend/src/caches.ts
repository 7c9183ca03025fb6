/** Prefix of a cache's name; the account's tag follows, so that pages of different accounts stay apart. */
export const PAGES = "pages-";
/** Prefix of a cache's name; the version of the static files follows. */
export const STATIC = "static-";
