// No words that a person can type, and none that an address can carry, become a script or an element.
import { PAYLOADS } from "../payloads.mjs";
import { addresses, forms as allForms, pages } from "../site.mjs";
import { fill, goTo, submit } from "../support/steps.mjs";

const forms = allForms.map((form) => ({ ...form, ...form.payloads }));

/** Everything on the page that only a payload could have put there. */
async function injected(page) {
  return page.evaluate(() => {
    const traces = [
      "[data-injected]",
      "[onerror],[onload],[onbegin],[ontoggle],[onfocus],[onmouseover]",
      "iframe,object,embed,base,meta[http-equiv=refresh]",
      ...["href", "src", "action", "formaction"].flatMap((name) => [`[${name}^="javascript:" i]`, `[${name}^="data:text" i]`]),
    ];
    return [...document.querySelectorAll(traces.join(","))].map((element) => element.outerHTML.slice(0, 200));
  });
}

async function unharmed(one, where) {
  const traces = await injected(one.page);
  if (traces.length) one.wrong.push(`injected: ${traces.join(" ")}`);
  one.nothingWrong(where);
}

/** Opens the form; where it is gone because it was sent, the other side does its part so that it comes back. */
async function there(as, one, form) {
  const other = forms.find(({ name }) => name === form.again);
  for (let tries = 0; tries < 120; tries++) {
    if (await goTo(one.page, form, { optional: true })) return true;
    if (!other) return false;
    one.other ??= await as(other.who);
    if (!(await goTo(one.other.page, other, { optional: true }))) return false;
    await fill(one.other.page, other, other.name === "ask a person" ? { question: `And now? ${Date.now()}` } : {});
    await submit(one.other.page, other);
  }
  return false;
}

/** All payloads, so many in one text: what may be asked a few times a day alone takes them all the same. */
function together(atOnce = 1) {
  return PAYLOADS.flatMap((_, at) => (at % atOnce ? [] : [PAYLOADS.slice(at, at + atOnce).join(" ")]));
}

/** `[part, parts]`: every so many-th form and address is this part's; pages are looked at before and after in each. */
export default function (test, [part, parts]) {
  const mine = (_, at) => at % parts === part - 1;
  test(`there are forty payloads, no two alike`, async () => {
    if (new Set(PAYLOADS).size !== 40) throw new Error(`${new Set(PAYLOADS).size} of them`);
  });

  const readers = [...new Set(pages.flatMap((page) => page.who))];
  const places = new Map();
  for (const who of readers) {
    test(`every page has an address for ${who}, before anything is typed`, async ({ as }) => {
      const one = await as(who);
      places.set(who, []);
      for (const page of pages.filter((page) => page.who.includes(who))) {
        await goTo(one.page, page);
        places.get(who).push([page, one.page.url()]);
      }
    });
  }

  for (const form of forms.filter(mine)) {
    for (const [group, names] of form.words.entries()) {
      const fields = [names].flat();
      test(`nothing typed as ${fields.join(", ")} into "${form.name}" runs`, async ({ as }) => {
        const one = await as(form.who);
        let sent = 0;
        for (const [number, payload] of together(form.atOnce).entries()) {
          // Each comes from an address of its own, so that the limits on tries do not hide a hole.
          await one.context.setExtraHTTPHeaders({ "x-forwarded-for": `10.${forms.indexOf(form)}.${group}.${number}` });
          if (!(await there(as, one, form))) throw new Error(`the form was gone after ${sent} payloads`);
          await fill(one.page, form, Object.fromEntries(fields.map((field) => [field, payload])), { anything: true });
          await submit(one.page, form);
          await unharmed(one, `${form.name}, ${fields[0]} = ${payload}`);
          sent++;
        }
      });
    }
  }

  for (const { path, who } of addresses.filter(mine)) {
    test(`nothing in the address ${path("…")} runs`, async ({ as }) => {
      const one = await as(who);
      for (const payload of PAYLOADS) {
        await one.page.goto(path(encodeURIComponent(payload)));
        await unharmed(one, path(payload));
      }
    });
  }

  for (const who of readers) {
    test(`after all of that, every page is unharmed for ${who}`, async ({ as }) => {
      const one = await as(who);
      for (const [page, address] of places.get(who)) {
        const answer = await one.page.goto(address);
        // What was there to do once says so afterwards; every other page answers as it did.
        const isAsBefore = page.go ? answer.status() < 500 : answer.status() === (page.status ?? 200);
        if (!isAsBefore) throw new Error(`${page.name} answers ${answer.status()}`);
        await unharmed(one, `${page.name} as ${who}`);
        // What is first by now may be what a payload made.
        if (page.links) await goTo(one.page, page, { optional: true });
        await unharmed(one, `what is first on ${page.name} as ${who}`);
      }
    });
  }
}
