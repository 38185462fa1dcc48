// Every page, for everyone who may see it: for every eye, on every width, on paper.
import axe from "axe-core";
import { pages } from "../site.mjs";
import { DESKTOP, NARROW, PHONE } from "../support/browser.mjs";
import { goTo } from "../support/steps.mjs";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const people = [...new Set(pages.flatMap(({ who }) => who))];

/** Every page of `who`, in one context. */
async function eachPage(one, who, look) {
  const wrong = [];
  for (const page of pages.filter((page) => page.who.includes(who))) {
    await goTo(one.page, page);
    const found = await look(page);
    if (found) wrong.push(`${page.name}: ${found}`);
    try {
      one.nothingWrong(page.name);
    } catch (error) {
      wrong.push(error.message);
    }
  }
  if (wrong.length) throw new Error(wrong.join("\n    "));
}

async function violations(page) {
  await page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate((values) => window.axe.run({ runOnly: { type: "tag", values } }), RULES);
  return violations.map(({ id, nodes }) => `${id} at ${nodes.map(({ target }) => target.join(" ")).join(", ")}`).join("; ");
}

export default function (test) {
  for (const who of people) {
    for (const [width, viewport] of [["phone", PHONE], ["desktop", DESKTOP]]) {
      for (const colorScheme of ["light", "dark"]) {
        test(`axe finds nothing for ${who}, ${width}, ${colorScheme}`, async ({ as }) => {
          const one = await as(who, { viewport, colorScheme });
          await eachPage(one, who, () => violations(one.page));
        });
      }
    }

    test(`each page answers with its status, one heading and a title for ${who}`, async ({ as }) => {
      const one = await as(who);
      const titles = new Map();
      await eachPage(one, who, async ({ status = 200, name }) => {
        const answer = await one.page.reload();
        const headings = await one.page.locator("h1").count();
        const title = await one.page.title();
        titles.set(name, title);
        if (answer.status() !== status) return `status ${answer.status()}, not ${status}`;
        if (headings !== 1) return `${headings} h1`;
        if (title.length < 5) return `the title is "${title}"`;
        if (!answer.headers()["content-security-policy"]?.includes("nonce-")) return "no nonce in its policy";
      });
    });

    test(`at 320 px nothing needs sideways scrolling for ${who}`, async ({ as }) => {
      const one = await as(who, { viewport: NARROW });
      await eachPage(one, who, async () => {
        const { wide, over } = await one.page.evaluate(() => {
          const limit = document.documentElement.clientWidth;
          const scrolls = (element) => {
            for (let up = element.parentElement; up; up = up.parentElement) if (getComputedStyle(up).overflowX !== "visible") return true;
            return false;
          };
          const over = [...document.querySelectorAll("body *")].filter((element) => {
            const box = element.getBoundingClientRect();
            return box.width > 0 && box.right > limit + 1 && !element.closest(".unseen, .skip") && !scrolls(element);
          });
          return {
            wide: document.documentElement.scrollWidth > limit ? document.documentElement.scrollWidth : 0,
            over: over.slice(0, 3).map((element) => `${element.tagName.toLowerCase()}.${element.className}`),
          };
        });
        if (wide || over.length) return `${wide || "cut"} px: ${over.join(", ")}`;
      });
    });

    test(`on paper there are words and nothing to press for ${who}`, async ({ as }) => {
      const one = await as(who, { viewport: { width: 794, height: 1123 } });
      await one.page.emulateMedia({ media: "print" });
      await eachPage(one, who, async () => {
        const { words, pressed, wide } = await one.page.evaluate(() => ({
          words: document.querySelector("main").innerText.trim().length,
          pressed: [...document.querySelectorAll("button, nav, input:not([type=hidden]), select, textarea")]
            .filter((element) => element.checkVisibility?.() ?? element.offsetParent)
            .map((element) => `${element.tagName.toLowerCase()}.${element.className}`),
          wide: document.documentElement.scrollWidth > document.documentElement.clientWidth + 1,
        }));
        if (words < 10) return "nothing to read";
        if (pressed.length) return `still shows ${[...new Set(pressed)].slice(0, 4).join(", ")}`;
        if (wide) return "wider than the paper";
      });
    });

    test(`every link on every page leads somewhere for ${who}`, async ({ as, candor }) => {
      const one = await as(who);
      const seen = new Map();
      await eachPage(one, who, async () => {
        const links = await one.page.evaluate(() => [...document.querySelectorAll("a[href]")].map((link) => link.href.split("#")[0]));
        const dead = [];
        for (const link of new Set(links)) {
          if (!link.startsWith(candor.url)) continue;
          if (!seen.has(link)) seen.set(link, (await one.context.request.get(link)).status());
          if (seen.get(link) >= 400 && link !== one.page.url().split("#")[0]) dead.push(`${link} answers ${seen.get(link)}`);
        }
        return dead.join(", ");
      });
    });
  }
}
