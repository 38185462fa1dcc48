// A browser in which nothing may go wrong quietly: every context watches for dialogs, script errors and policy breaches.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { home } from "./server.mjs";

export const PHONE = { width: 390, height: 844 };
export const DESKTOP = { width: 1280, height: 900 };
export const NARROW = { width: 320, height: 640 };

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-quic",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

export async function launch(more = []) {
  const executablePath = execFileSync(join(home, "scripts/find-chromium"), { encoding: "utf8" }).trim();
  return chromium.launch({ executablePath, args: [...FLAGS, ...more] });
}

/** Signs the cast in once each and opens contexts as any of them. */
export function doors(browser, url) {
  const states = new Map();

  async function signedIn(who) {
    if (who === "nobody") return undefined;
    if (!states.has(who)) {
      const context = await browser.newContext({ baseURL: url });
      const answer = await context.request.post("/api/sign_in/as_cast", {
        form: { email: `${who}@demo.example` },
        headers: { origin: url, referer: `${url}/sign-in`, accept: "text/html" },
        maxRedirects: 0,
      });
      const to = answer.headers().location ?? `status ${answer.status()}`;
      if (!to.startsWith("/") || to.startsWith("/sign-in")) throw new Error(`${who}@demo.example could not sign in: ${to}`);
      states.set(who, await context.storageState());
      await context.close();
    }
    return states.get(who);
  }

  /** A context as `who`, with a list of everything that went wrong in it. */
  async function open(who, options = {}) {
    const context = await browser.newContext({
      baseURL: url,
      viewport: DESKTOP,
      reducedMotion: "reduce",
      storageState: await signedIn(who),
      ...options,
    });
    context.setDefaultTimeout(5_000);
    const wrong = [];
    await context.exposeBinding("toldOfBreach", (_, words) => wrong.push(words));
    await context.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (breach) => {
        window.toldOfBreach(`policy breach: ${breach.effectiveDirective} ${breach.blockedURI} ${breach.sample}`);
      });
    });
    context.on("page", (page) => {
      page.on("dialog", (dialog) => {
        wrong.push(`dialog: ${dialog.message()}`);
        dialog.dismiss().catch(() => {});
      });
      page.on("pageerror", (error) => wrong.push(`script error: ${error.message}`));
      page.on("console", (message) => {
        if (message.type() !== "error") return;
        // The browser notes each document that is answered with 4xx; a page that ought to is not an error.
        const { url: from } = message.location();
        if (/status of 4\d\d/.test(message.text()) && from.split("#")[0] === page.url().split("#")[0]) return;
        wrong.push(`console: ${message.text()} (${from})`);
      });
      page.on("response", (answer) => {
        if (answer.status() >= 500) wrong.push(`status ${answer.status()}: ${answer.request().method()} ${answer.url()}`);
      });
    });
    const page = await context.newPage();
    return {
      page,
      context,
      wrong,
      /** Fails with what went wrong since the last time, if anything did. */
      nothingWrong(where) {
        const all = wrong.splice(0);
        if (all.length) throw new Error(`${where}:\n    ${[...new Set(all)].join("\n    ")}`);
      },
      close: () => context.close(),
    };
  }

  return { open };
}
