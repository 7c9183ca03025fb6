// Builds the portal's styles, scripts and fonts into src/myedu/portal/static.
// Run from this folder after `npm ci --ignore-scripts`:  node build.mjs
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build } from "esbuild";
import { cutFonts } from "./fonts.mjs";

const OUT = "../src/myedu/portal/static";
const FONTS = "node_modules/.fonts"; // src/fonts.css reads from here
const TARGET = ["chrome109", "firefox115", "safari15.6"]; // the last browsers for Windows 7 to 8.1 and iOS 15

const LICENCES = {
  "LICENSE.golos-text.txt": "node_modules/@fontsource/golos-text/LICENSE",
  "LICENSE.htmx.txt": "node_modules/htmx.org/LICENSE",
};

await rm(OUT, { recursive: true, force: true });
await mkdir(OUT, { recursive: true });
await cutFonts(FONTS);

const common = { bundle: true, minify: true, target: TARGET, outdir: OUT, logLevel: "warning", metafile: true };
const pages = await build({
  ...common,
  entryPoints: ["src/app.css", "src/app.ts", "src/icon.svg"],
  entryNames: "[name].[hash]",
  assetNames: "[name].[hash]",
  loader: { ".woff2": "file", ".svg": "copy" },
  format: "iife",
});

const manifest = {};
for (const [file, made] of Object.entries(pages.metafile.outputs)) {
  const hashed = file.slice(OUT.length + 1);
  const source = made.entryPoint ?? Object.keys(made.inputs)[0];
  manifest[source.split("/").at(-1).replace(/\.ts$/, ".js")] = hashed;
}

// The service worker caches what every page needs; letters of other languages are loaded by pages that have them.
const kept = Object.entries(manifest).filter(([name]) => !/-(ext|rest)-/.test(name)).map(([, hashed]) => `/static/${hashed}`);
const version = createHash("sha256").update(kept.join()).digest("hex").slice(0, 12);
await build({
  ...common,
  entryPoints: ["src/sw.ts"],
  format: "iife",
  define: { STATIC_FILES: JSON.stringify(kept), STATIC_VERSION: JSON.stringify(version) },
});
manifest["sw.js"] = "sw.js"; // a service worker's address must not change

for (const file of await readdir(OUT)) {
  if (file.endsWith(".woff2")) continue; // the format is compressed already
  const bytes = await readFile(`${OUT}/${file}`);
  await writeFile(`${OUT}/${file}.gz`, gzipSync(bytes, { level: 9 }));
  await writeFile(`${OUT}/${file}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }));
}
for (const [name, source] of Object.entries(LICENCES)) await writeFile(`${OUT}/${name}`, await readFile(source));
await writeFile(`${OUT}/manifest.json`, JSON.stringify(manifest, Object.keys(manifest).sort(), 2) + "\n");
