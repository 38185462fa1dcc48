// Customers as they come: one with nothing yet, one with five hundred bills, amounts and names of every size, words from right
// to left.
import { bringIn, signInLink } from "../support/server.mjs";
import { NARROW, PHONE } from "../support/browser.mjs";
import { keyboard, tooWide, violations } from "../support/looks.mjs";
import { submit } from "../support/steps.mjs";

const LONG = "Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh Maria Esperanza de los Milagros";
const RIGHT_TO_LEFT = "נועה בן־דוד";
const BILLS = 501;

const customers = [
  "external_id,name,preferred_name,email,time_zone,country",
  `X-NEW,${RIGHT_TO_LEFT},,new@example.com,Asia/Jerusalem,IL`,
  `X-MANY,${LONG},,many@example.com,Europe/Berlin,DE`,
];

/** From a cent to as much as there may be; of nought nothing is to pay, and less is credit. */
function invoices() {
  const twoDigits = (number) => String(number).padStart(2, "0");
  const rows = Array.from({ length: BILLS - 2 }, (_, row) => `M-${row},X-MANY,EUR,${row}.${twoDigits((row + 1) % 100)},2026-09-01,2026-12-${twoDigits(1 + (row % 28))}`);
  return [
    "number,customer,currency,amount,issued_on,due_on",
    ...rows,
    "M-NOUGHT,X-MANY,EUR,0.00,2026-11-01,2026-12-24",
    "M-BACK,X-MANY,EUR,-12.50,2026-11-01,2026-12-25",
    "M-HUGE,X-MANY,EUR,90000000000.00,2026-11-01,2026-12-26",
  ];
}

const credits = ["reference,customer,currency,amount,granted_on,expires_on", "MUCH,X-MANY,EUR,12345678.90,2026-11-01,2026-12-31", "OTHER,X-MANY,JPY,500000,2026-11-01,"];

async function enter(page, email) {
  await page.goto(signInLink(email));
  await submit(page, { form: 'form[action$="/sign_in/use_link"]' });
}

/** Each of these pages, on a phone and at 320 px: all that is written fits, and can be used. */
async function lookAt(one, paths, says = {}) {
  const wrong = [];
  for (const path of paths) {
    const answer = await one.page.goto(path);
    if (answer.status() !== 200) wrong.push(`${path} answers ${answer.status()}`);
    const words = await one.page.locator("main").innerText();
    for (const expected of says[path] ?? []) if (!words.includes(expected)) wrong.push(`${path} does not say "${expected}": ${words.replace(/\s+/g, " ").slice(0, 300)}`);
    for (const viewport of [PHONE, NARROW]) {
      await one.page.setViewportSize(viewport);
      for (const look of [tooWide, violations]) {
        const found = await look(one.page);
        if (found) wrong.push(`${path} at ${viewport.width} px: ${found}`);
      }
    }
    const found = await keyboard(one.page);
    if (found) wrong.push(`${path}: ${found}`);
  }
  if (wrong.length) throw new Error(wrong.join("\n    "));
}

export default function (test) {
  test("somebody with nothing yet is told so on every page", async ({ as }) => {
    bringIn("customers", customers);
    const one = await as("nobody");
    await enter(one.page, "new@example.com");
    await lookAt(one, ["/", "/bills", "/plan", "/credits", "/notes", "/notices", "/about-me", "/help"], {
      "/bills": ["No bills yet"],
      "/plan": ["No plan yet"],
      "/notes": ["No notes yet"],
    });
  });

  test("five hundred bills, of every amount, in pages", async ({ as }) => {
    bringIn("customers", customers);
    const said = bringIn("invoices", invoices());
    if (!said.includes("502 new")) throw new Error(`not all came in: ${said}`);
    bringIn("credits", credits);
    const one = await as("nobody");
    await enter(one.page, "many@example.com");
    await one.page.goto("/bills");
    const balance = (await one.page.locator(".nav .balance").innerText()).replace(/\s/g, " ");
    if (!balance.startsWith("12.345.691,40 €") || !balance.includes("+")) throw new Error(`the credit in the menu is ${balance}`);
    const all = new Set();
    for (let at = 1; at <= 40; at++) {
      await one.page.goto(`/bills?page=${at}`);
      const hrefs = await one.page.locator('main a[href^="/bills/"]').evaluateAll((links) => links.map((link) => link.getAttribute("href")));
      if (!hrefs.length) break;
      hrefs.forEach((href) => all.add(href));
    }
    if (all.size !== BILLS) throw new Error(`${all.size} bills are on the pages, not ${BILLS}; the import said ${said}`);
    await lookAt(one, ["/", "/bills", "/bills?page=2", "/bills/M-0", "/bills/M-HUGE", "/credits", "/notices", "/about-me", "/help"]);
  });

  test("a note from right to left, and one without a space", async ({ as }) => {
    const one = await as("nobody");
    await enter(one.page, "new@example.com");
    await one.page.goto("/notes");
    const form = 'form[action$="/notes/begin"]';
    await one.page.locator(`${form} [name=subject]`).fill(`שאלה על ${"א".repeat(60)}`);
    await one.page.locator(`${form} [name=words]`).fill(`שלום, החשבון שלי (9000-1) הוא €12.50.\n${"w".repeat(1500)}`);
    await submit(one.page, { form });
    const way = await one.page.locator("blockquote p").first().evaluate((words) => getComputedStyle(words).direction);
    if (way !== "rtl") throw new Error(`the note is written ${way}`);
    await lookAt(one, [new URL(one.page.url()).pathname, "/notes", "/"]);
    const staff = await as("staff");
    await staff.page.goto("/staff/customers?q=X-NEW");
    await lookAt(staff, [await staff.page.locator('main th a[href^="/staff/customers/"]').first().getAttribute("href"), "/staff"]);
  });
}
