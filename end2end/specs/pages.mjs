// Every page, for everyone who may see it: for every eye, on every width, on paper.
import { pages } from "../site.mjs";
import { DESKTOP, NARROW, PHONE } from "../support/browser.mjs";
import { keyboard, tooWide, violations } from "../support/looks.mjs";
import { goTo } from "../support/steps.mjs";

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
      await eachPage(one, who, () => tooWide(one.page));
    });

    for (const [width, viewport] of [["phone", PHONE], ["desktop", DESKTOP]]) {
      test(`the keyboard reaches everything in its order, where it can be seen, for ${who}, ${width}`, async ({ as }) => {
        const one = await as(who, { viewport });
        await eachPage(one, who, () => keyboard(one.page));
      });
    }

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
