// Bundles the page with esbuild. Run by build.sh, after `npm ci`.
import { build } from "esbuild";
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

const OUT = "dist";

/** The packages whose code is in the bundle, as `[name, folder]`, sorted by name. */
function packagesIn(metafile) {
  const found = new Map();
  for (const path of Object.keys(metafile.inputs)) {
    const folder = path.match(/^.*node_modules\/(?:@[^/]+\/)?[^/]+/)?.[0];
    if (folder) found.set(folder.split("node_modules/").at(-1), folder);
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** One package's name, version and licence text. MIT and its like want them kept with every copy. */
async function licenceOf([name, folder]) {
  const { version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8"));
  const files = (await readdir(folder)).filter((file) => /^licen[cs]e/i.test(file)).sort();
  const text = files[0] ? (await readFile(join(folder, files[0]), "utf8")).trim() : "";
  return `${name} ${version} (${license})\n\n${text}\n`.replaceAll("\r\n", "\n");
}

await rm(OUT, { recursive: true, force: true });
await mkdir(join(OUT, "assets"), { recursive: true });
const { metafile } = await build({
  entryPoints: { page: "src/main.tsx" },
  outdir: join(OUT, "assets"),
  bundle: true,
  minify: true,
  metafile: true,
  format: "iife",
  target: ["es2022"],
  jsx: "automatic",
  charset: "utf8",
  legalComments: "none",
  define: { "process.env.NODE_ENV": '"production"' },
  logLevel: "warning",
});
await cp("src/index.html", join(OUT, "index.html"));
const licences = await Promise.all(packagesIn(metafile).map(licenceOf));
await writeFile(join(OUT, "assets", "LICENSES.txt"), licences.join(`\n${"-".repeat(72)}\n\n`));
