/** Kept pages lie in a cache of this name and the account's tag: another account's pages never meet. */
export const PAGES = "pages-";
export const STATIC = "static-";
