// What a first visit costs, and what the WASM weighs.
import { readFileSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { brotliCompressSync, constants } from "node:zlib";
import { pages } from "../site.mjs";
import { home } from "../support/server.mjs";
import { goTo } from "../support/steps.mjs";

export const WASM_LIMIT = 80_000;
export const VISIT_LIMIT = 200_000;

export const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;

export function wasmSize() {
  const folder = join(resolve(home, process.env.CANDOR_SITE_ROOT ?? "target/site"), "pkg");
  const file = readdirSync(folder).find((name) => name.endsWith(".wasm"));
  const bytes = readFileSync(join(folder, file));
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  return { plain: bytes.length, brotli: brotliCompressSync(bytes, { params }).length };
}

/** Bytes over the wire, headers and all, until the page is quiet. */
export async function firstVisit({ context, page }, path) {
  const wire = await context.newCDPSession(page);
  const files = new Map();
  let total = 0;
  await wire.send("Network.enable");
  wire.on("Network.responseReceived", ({ requestId, response }) => files.set(requestId, new URL(response.url).pathname));
  const parts = [];
  wire.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    total += encodedDataLength;
    parts.push([files.get(requestId), encodedDataLength]);
  });
  await page.goto(path);
  // A page that follows a stream is never quiet.
  await page.waitForLoadState("networkidle", { timeout: 3_000 }).catch(() => {});
  return { total, parts };
}

export default function (test) {
  test("the WASM stays small", async () => {
    const { plain, brotli } = wasmSize();
    console.log(`        WASM: ${kilobytes(plain)}, ${kilobytes(brotli)} with brotli, of ${kilobytes(WASM_LIMIT)}`);
    if (brotli > WASM_LIMIT) throw new Error(`${kilobytes(brotli)} with brotli`);
  });

  test("the first visit to any page of the portal stays light", async ({ as }) => {
    const heavy = [];
    for (const page of pages.filter(({ who, status = 200 }) => who.includes("customer") && status === 200)) {
      const scout = await as("customer");
      await goTo(scout.page, page);
      const url = scout.page.url();
      await scout.close();
      const one = await as("customer");
      const { total, parts } = await firstVisit(one, url);
      await one.close();
      console.log(`        first visit to ${page.name}: ${kilobytes(total)} of ${kilobytes(VISIT_LIMIT)}`);
      if (total > VISIT_LIMIT) heavy.push(`${page.name}: ${parts.map(([name, bytes]) => `${name} ${kilobytes(bytes)}`).join(", ")}`);
    }
    if (heavy.length) throw new Error(heavy.join("; "));
  });
}
