// Each act of a customer, from the page on which it is offered to its result and back, with JavaScript and without.
import { openBillWith, submit } from "../support/steps.mjs";

/**
 * By a link like `way`, on a bill or on `path`, a person gets to a page that `shows` the result before it is done; `button` does
 * it, and the page then `says` so. Where it can be taken back, `undone` is what stands then; the page it came from is as it was before.
 */
const acts = [
  { name: "use credit", way: 'a[href$="/use-credit"]', shows: "Left to pay", button: 'form[action$="/billing/use_credit"]', says: "of your credit was used on bill", undone: "was not used on bill" },
  { name: "let a first late fee go", who: "other", way: 'a[href$="/let-fee-go"]', shows: "Let go", button: 'form[action$="/billing/waive_fee"]', says: "is gone", undone: "stands" },
  { name: "ask for a later date", who: "other", way: 'a[href$="/later-date"]', shows: "If we say no", fields: { words: "My pay comes on the first." }, button: 'form[action$="/billing/ask_later_date"]', says: "You asked to pay bill", undone: "stays" },
  { name: "dispute a bill", way: 'a[href$="/dispute"]', shows: "No late fee is added", fields: { words: "I was not there in June." }, button: 'form[action$="/billing/dispute"]', says: "We settle bill", undone: "is not in dispute any more" },
  { name: "change plan now", path: "/plan", way: 'a[href^="/plan/change/"]', shows: "Changing now costs you", button: 'form:has(input[value="now"])', says: "You have", undone: "You keep" },
  { name: "change plan when the month is over", path: "/plan", way: 'a[href^="/plan/change/"]', shows: "You keep", button: 'form:has(input[value="next_period"])', says: "Confirmed, not in force yet", undone: "You keep" },
];

const words = (page) => page.locator("main").innerText();

async function has(page, expected, where) {
  const said = await words(page);
  if (!said.includes(expected)) throw new Error(`${where}: "${expected}" is not on ${page.url()}: ${said.replace(/\s+/g, " ").slice(0, 300)}`);
}

/** Presses what a person would press. */
async function follow(page, { path, way }) {
  if (path) await page.goto(path);
  const link = path ? page.locator(way).first() : await openBillWith(page, way);
  if (!link) throw new Error(`no bill offers ${way}`);
  const loaded = page.waitForEvent("load");
  loaded.catch(() => {});
  await link.click();
  await loaded;
}

/** Tabs to the first such element and presses Enter, as somebody without a mouse does. */
async function press(page, selector) {
  for (let tabs = 0; tabs < 200; tabs++) {
    await page.keyboard.press("Tab");
    if (!(await page.evaluate((selector) => document.activeElement.matches(selector), selector))) continue;
    const loaded = page.waitForEvent("load");
    loaded.catch(() => {});
    await page.keyboard.press("Enter");
    return loaded;
  }
  throw new Error(`the keys do not lead to ${selector} on ${page.url()}`);
}

export default function (test) {
  test("by the keys alone: use credit, and take it back", async ({ as }) => {
    const [{ way, button, says, undone }] = acts;
    const { page } = await as("customer");
    await openBillWith(page, way);
    await page.goto(page.url());
    await press(page, way);
    await press(page, `${button} button`);
    await has(page, says, "when it is done");
    await press(page, 'form[action$="/billing/undo"] button');
    await has(page, undone, "when it is taken back");
  });

  for (const javaScriptEnabled of [false, true]) {
    const how = javaScriptEnabled ? "with" : "without";
    for (const act of acts) {
      test(`${how} JavaScript: ${act.name}, and take it back`, async ({ as }) => {
        const { page } = await as(act.who ?? "customer", { javaScriptEnabled });
        await follow(page, act);
        await has(page, act.shows, "before it is done");
        const shown = page.url();
        for (const [name, value] of Object.entries(act.fields ?? {})) await page.locator(`${act.button} [name=${name}]`).fill(value);
        await submit(page, { form: act.button });
        await has(page, act.says, "when it is done");
        const done = page.url().split("?")[0];
        await submit(page, { form: 'form[action$="/billing/undo"]' });
        await has(page, act.undone, "when it is taken back");
        await has(page, "Taken back", "when it is taken back");
        if (page.url().split("?")[0] !== done) throw new Error(`the act moved to ${page.url()}`);
        const answer = await page.goto(shown);
        if (answer.status() !== 200) throw new Error(`it cannot be done again: ${answer.status()}`);
      });
    }

    test(`${how} JavaScript: pay a bill on the page of the company`, async ({ as }) => {
      const { page } = await as(javaScriptEnabled ? "other" : "customer", { javaScriptEnabled });
      await follow(page, { way: 'a[href^="/demo/pay/"]' });
      await submit(page, { form: 'form[action$="/billing/pay_in_demo"]' });
      await has(page, "Paid. Thank you.", "when it is paid");
      await has(page, javaScriptEnabled ? "itself is paid." : "This bill is paid.", "when it is paid");
    });
  }
}
