// Splits the Latin files of Golos Text in two: what Russian pages use (digits, punctuation, ASCII), and the rest,
// which a browser loads only for a page with such a letter. This saves 10 KB of a first load.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import subsetFont from "subset-font";

const SOURCE = "node_modules/@fontsource/golos-text/files";
export const WEIGHTS = [400, 600];

// The same ranges are the unicode-range in src/fonts.css.
const COMMON = [[0x20, 0x7e], [0xa0], [0xa7], [0xab], [0xb0], [0xb7], [0xbb], [0xd7], [0x2013, 0x2014], [0x2019], [0x201c, 0x201e], [0x2026], [0x202f], [0x2212]];

const text = (ranges) =>
  ranges.flatMap(([first, last = first]) => Array.from({ length: last - first + 1 }, (_, i) => String.fromCodePoint(first + i))).join("");

/** Writes the files that src/fonts.css names into `folder`. */
export async function cutFonts(folder) {
  await mkdir(folder, { recursive: true });
  for (const weight of WEIGHTS) {
    const latin = await readFile(`${SOURCE}/golos-text-latin-${weight}-normal.woff2`);
    await writeFile(`${folder}/golos-latin-${weight}.woff2`, await subsetFont(latin, text(COMMON), { targetFormat: "woff2", keepFeatures: ["kern", "tnum"] }));
    await writeFile(`${folder}/golos-rest-${weight}.woff2`, latin);
    for (const part of ["cyrillic", "cyrillic-ext"]) {
      await writeFile(`${folder}/golos-${part}-${weight}.woff2`, await readFile(`${SOURCE}/golos-text-${part}-${weight}-normal.woff2`));
    }
  }
}
