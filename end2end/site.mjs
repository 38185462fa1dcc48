// Every page and every form of Candor, once. A new one gets a line here and is then looked at by every spec.

import { signInLink } from "./support/server.mjs";
import { fill, openPane, submit } from "./support/steps.mjs";

const UPLOAD = 'form[action="/admin/import"]';
const MATCH = 'form[action$="/imports/match_columns"]';

/**
 * `path`, or `path` and the `links` to follow from there, or `go`, which goes there; `who` may look (the part of a demo
 * address before the @); `ready` stands on it; `status` it answers with; `pictures` names who is in its pictures, where
 * that is not the first.
 */
export const pages = [
  { name: "sign-in", path: "/sign-in", who: ["nobody"] },
  { name: "sign-in-link", go: openLink, who: ["nobody"] },
  { name: "sign-in-ended", path: "/sign-in/gone", who: ["nobody"], status: 409 },
  { name: "not-found", path: "/nowhere", who: ["nobody", "customer", "staff", "admin"], status: 404, pictures: ["customer"] },
  { name: "not-yours", path: "/staff", who: ["customer"], status: 403 },

  { name: "home", path: "/", who: ["customer", "calm", "other"], pictures: ["customer", "calm"] },
  { name: "bills", path: "/bills", who: ["customer", "calm"] },
  { name: "plan", path: "/plan", who: ["customer", "calm"] },
  { name: "credits", path: "/credits", who: ["customer", "calm"] },
  { name: "bill", path: "/bills", links: ['main a[href^="/bills/"]:has(.badge.cost)'], ready: "article.bill", who: ["customer"] },
  { name: "bill-paid", path: "/bills", links: ['main a[href^="/bills/"]:has(.badge.done)'], ready: "article.bill", who: ["calm"] },
  { name: "bill-disputed", path: "/bills", links: ['main a[href^="/bills/"]:has(.badge.accent)'], ready: "article.bill", who: ["customer"] },
  { name: "notice", go: openNotice, who: ["customer"] },
  { name: "notices", path: "/notices", who: ["customer", "calm"] },
  { name: "why-not", path: "/notices", links: ['main a[href^="/notices/why-not/better"]'], ready: ".tested", who: ["customer"] },
  { name: "why-not-nothing", path: "/notices/why-not/fee_warning", who: ["calm"] },
  { name: "put-aside", path: "/?aside=1", who: ["customer"] },
  { name: "hard", path: "/help/hard?on=/plan", who: ["customer"] },
  { name: "help", path: "/help", who: ["customer", "calm"] },
  { name: "about-me", path: "/about-me", who: ["customer", "staff", "admin"] },

  { name: "staff", path: "/staff", links: [".queue a"], ready: ".panes.chosen", who: ["staff", "admin"], pictures: ["staff"] },
  { name: "staff-nobody-chosen", path: "/staff", who: ["staff", "admin"], pictures: ["staff"] },
  { name: "customers", path: "/staff/customers", who: ["staff", "admin"], pictures: ["staff"] },
  { name: "customers-found", path: "/staff/customers?q=o&sort=-name", who: ["staff"] },
  { name: "customers-none", path: "/staff/customers?q=nobody+is+called+this", who: ["staff"] },
  { name: "customer", path: "/staff/customers?q=mira", links: ['main th a[href^="/staff/customers/"]'], who: ["staff", "admin"], pictures: ["staff"] },

  { name: "admin", path: "/admin", who: ["admin"] },
  { name: "admin-fees", path: "/admin/fees", who: ["admin"] },
  { name: "admin-import", path: "/admin/import", who: ["admin"] },
  { name: "admin-import-mapping", go: (page) => upload(page, 1), ready: ".mapping", who: ["admin"] },
  { name: "admin-import-result", go: (page) => upload(page, 1, "try"), ready: ".tally", who: ["admin"] },
];

/** A link that was not used yet. */
async function openLink(page) {
  await page.goto(signInLink("admin2@demo.example"));
  return true;
}

/** The first notice that stands on the start page. */
async function openNotice(page) {
  await page.goto("/");
  const id = await page.locator('.notice > h2[id^="notice-"]').first().getAttribute("id");
  await page.goto(`/notices/${id.replace("notice-", "")}`);
  return true;
}

/** From the form to what was told with it. */
async function sayHard(page) {
  const hard = { form: 'form[action$="/frictions/say"]', fields: { words: "Too many numbers." } };
  await page.goto("/help/hard?on=/credits");
  await fill(page, hard);
  await submit(page, hard);
  return true;
}

/** A file of customers, with these words wherever there is room for them. */
const customersFile = (words) => {
  const cell = `"${words.replaceAll('"', '""')}"`;
  return { name: `${words || "customers"}.csv`, text: `external_id,name,email,${cell}\nX-1,${cell},${cell},${cell}\n${cell},Nora Beck,nora@example.com,${cell}\n` };
};

/** Uploads a file of customers and, with `act`, goes on from the columns until the file is read. */
async function upload(page, number, act) {
  await page.goto("/admin/import");
  await fill(page, { form: UPLOAD, fields: { kind: "customers" }, files: { file: () => customersFile(`new ${number}`) } });
  await submit(page, { form: UPLOAD });
  if (act) await readFile(page, act);
  return true;
}

/** From the columns of a file to what became of it. */
async function readFile(page, act) {
  await submit(page, { form: MATCH, button: `button[value=${act}]` });
  for (let tries = 0; tries < 50 && (await page.locator(".progress").count()); tries++) {
    await page.waitForTimeout(100);
    await page.goto(page.url());
  }
}

/**
 * A page as above, the selector of its form, and of its `button`. `fields` make it valid, and `says` is what the page
 * shows then. `words` are fields of free text: each gets every payload, those in a list of their own together. `refuse`
 * are values that are refused, and kept. `again` names the form that another person sends so that this one is there once
 * more; `payloads` is what differs when payloads are sent.
 */
export const forms = [
  {
    name: "ask for a link",
    path: "/sign-in",
    who: "nobody",
    form: 'form[action$="/sign_in/ask_link"]',
    fields: { email: "calm@demo.example" },
    words: ["email"],
    refuse: { email: "nobody at home" },
    says: "a link is on its way",
  },
  {
    name: "ask for a later date",
    path: "/bills",
    links: ['main a[href^="/bills/"]:has(.badge.cost)'],
    who: "other",
    form: 'form[action$="/requests/ask_later_date"]',
    fields: { wanted_on: "2026-12-01", words: "My pay comes on the first." },
    words: ["words", "wanted_on"],
    refuse: { wanted_on: "1999-01-01", words: "I need a day longer." },
    again: "answer in words",
    payloads: { who: "customer" },
    says: "A person has it now",
  },
  {
    name: "agree to a later date",
    go: (page) => openPane(page, 'form[action$="/requests/agree"]'),
    who: "staff",
    form: 'form[action$="/requests/agree"]',
    fields: { words: "Gladly." },
    words: ["words", "pay_by"],
    refuse: { pay_by: "1999-01-01", words: "With pleasure." },
    // Agreed once, the bill has its later date: the payloads come with a date that is refused.
    payloads: { fields: { pay_by: "1999-01-01", words: "With pleasure." } },
    again: "ask for a later date",
    says: "Answered",
  },
  {
    name: "ask a person",
    path: "/help",
    who: "customer",
    form: 'form[action$="/requests/ask_person"]',
    fields: { question: "Is my new address on the bill?" },
    words: ["question"],
    refuse: { question: "" },
    says: "A person has your question now",
  },
  {
    name: "ask about a bill",
    path: "/bills",
    links: ['main a[href^="/bills/"]'],
    who: "customer",
    form: 'form[action$="/requests/ask_about_bill"]',
    fields: { question: "What is the second line?" },
    words: ["question"],
    refuse: { question: "" },
    says: "A person has it now",
  },
  {
    name: "answer in words",
    go: (page) => openPane(page, 'form[action$="/requests/answer"]'),
    who: "staff",
    form: 'form[action$="/requests/answer"]',
    fields: { answer: "Yes, since Monday." },
    words: ["answer"],
    refuse: { answer: "" },
    again: "ask a person",
    says: "Answered",
  },
  {
    name: "was it helpful",
    path: "/",
    who: "customer",
    form: '.notice form[action$="/responses/helpful"]',
    words: [],
    says: "You said this was helpful",
  },
  {
    name: "put a notice aside",
    path: "/",
    who: "customer",
    form: '.notice:not(.cost) form[action$="/responses/snooze"]',
    words: [],
    says: "Put aside. It comes back on",
  },
  {
    name: "undo",
    path: "/?aside=1",
    who: "customer",
    form: '#aside .notice form[action$="/responses/take_back"]',
    words: [],
    says: "Undone. It is as it was before.",
  },
  {
    // Without a reason it is refused, so that there is one left for each of the payloads.
    name: "not for me",
    path: "/",
    who: "customer",
    form: '.notice form[action$="/responses/dismiss"]',
    fields: { reason: "not_now", words: "We look at it in the spring." },
    words: ["words"],
    refuse: { reason: "", words: "We look at it in the spring." },
    payloads: { fields: {} },
    says: "it no longer stands on your first page",
  },
  {
    name: "this was hard",
    path: "/help/hard?on=/plan",
    who: "customer",
    form: 'form[action$="/frictions/say"]',
    fields: { words: "I did not find the price.", how_hard: "4" },
    words: ["words"],
    refuse: { words: "x".repeat(1001) },
    says: "A person reads each of these",
  },
  {
    name: "take back what was hard",
    go: sayHard,
    who: "customer",
    form: 'form[action$="/frictions/take_back"]',
    words: [],
    says: "Taken back",
  },
  {
    name: "read what was hard",
    path: "/staff",
    who: "staff",
    form: 'form[action$="/frictions/read"]',
    words: [],
    says: "Marked as read by you",
  },
  {
    name: "look for a customer",
    path: "/staff/customers",
    who: "staff",
    form: "form[role=search]",
    fields: { q: "whelan" },
    words: ["q"],
    says: "1 customer found",
  },
  {
    name: "look now",
    path: "/admin",
    who: "admin",
    form: 'form[action$="/advice/look_now"]',
    words: [],
    says: "We looked:",
  },
  {
    name: "new fee policy",
    path: "/admin/fees",
    who: "admin",
    form: 'form[action$="/fees/add_policy"]',
    fields: { flat: "5", percent: "1.5", minimum: "2", cap: "20", grace_days: "7", warn_days: "3", starts_on: "2027-01-01", reason: "As our terms say from January." },
    words: ["reason", ["flat", "percent", "minimum", "cap", "grace_days", "warn_days", "starts_on"]],
    refuse: { flat: "five", reason: "As our terms say." },
    says: "The new version is saved",
  },
  {
    name: "see what a fee policy would do",
    path: "/admin/fees",
    who: "admin",
    form: 'form[action$="/fees/add_policy"]',
    button: "button[formaction]",
    fields: { flat: "9", percent: "", minimum: "", cap: "", grace_days: "7", warn_days: "30", starts_on: "2027-01-01" },
    words: ["flat"],
    says: "Today this would warn",
  },
  {
    name: "exempt a customer",
    path: "/admin/fees",
    who: "admin",
    form: 'form[action$="/fees/add_exemption"]',
    fields: { customer: "H-1010", since: "2026-11-22", until: "2026-12-31", why: "The move was our mistake." },
    words: ["why", ["customer", "since", "until"]],
    refuse: { customer: "nobody", why: "They asked kindly." },
    says: "exempt from late fees",
  },
  {
    // The one that was just made.
    name: "end an exemption",
    path: "/admin/fees",
    who: "admin",
    form: 'form[action$="/fees/end_exemption"]',
    words: [],
    says: "The exemption ends today",
  },
  {
    name: "upload a file",
    path: "/admin/import",
    who: "admin",
    form: UPLOAD,
    fields: { kind: "customers" },
    files: { file: customersFile },
    words: ["file", "kind"],
    says: "Match the columns",
  },
  {
    name: "remember a mapping",
    go: (page) => upload(page, 2),
    who: "admin",
    form: MATCH,
    button: "button[value=remember]",
    words: [["fields[name][value]", "fields[name][column]", "fields[email][value]"]],
    says: "Kept.",
  },
  {
    name: "bring a file in",
    go: (page) => upload(page, 3),
    who: "admin",
    form: MATCH,
    button: "button[value=bring]",
    words: ["fields[name][value]"],
    works: (page) => readFile(page, "bring"),
    says: "brought in on",
  },
];

/** Addresses that carry words, with a place for them. */
export const addresses = [
  { path: (words) => `/${words}`, who: "customer" },
  { path: (words) => `/bills/${words}`, who: "customer" },
  { path: (words) => `/bills?page=${words}`, who: "customer" },
  { path: (words) => `/help?bill=${words}&asked=${words}`, who: "customer" },
  { path: (words) => `/sign-in/${words}`, who: "nobody" },
  { path: (words) => `/sign-in?sent=${words}&__path=/api/sign_in/ask_link&__err=${words}`, who: "nobody" },
  { path: (words) => `/staff?customer=${words}`, who: "staff" },
  { path: (words) => `/staff/customers?q=${words}&sort=${words}&page=${words}`, who: "staff" },
  { path: (words) => `/staff/customers/${words}`, who: "staff" },
  { path: (words) => `/admin/fees?currency=${words}`, who: "admin" },
  { path: (words) => `/admin/import?problem=${words}&kind=${words}&page=${words}`, who: "admin" },
  { path: (words) => `/admin/import/${words}`, who: "admin" },
  { path: (words) => `/notices/${words}`, who: "customer" },
  { path: (words) => `/notices?page=${words}`, who: "customer" },
  { path: (words) => `/notices/why-not/${words}`, who: "customer" },
  { path: (words) => `/?aside=${words}&later=${words}&undone=${words}`, who: "customer" },
  { path: (words) => `/help/hard?on=/${words}`, who: "customer" },
  { path: (words) => `/help/hard?said=${words}`, who: "customer" },
  { path: (words) => `/admin/fees?flat=${words}&warn_days=${words}&reason=${words}`, who: "admin" },
];

/** What moves without a reload: `works` does it and throws where it does not. */
export const islands = [
  {
    name: "what a fee policy would do is reckoned while it is typed",
    path: "/admin/fees",
    who: "admin",
    async works(page) {
      const figure = page.locator(".effect .figure strong");
      const before = await figure.innerText();
      await page.locator('form[action$="/fees/add_policy"] [name=warn_days]').fill("40");
      await page.waitForFunction((before) => document.querySelector(".effect .figure strong")?.innerText !== before, before);
      const fee = page.locator(".preview");
      await page.locator('form[action$="/fees/add_policy"] [name=flat]').fill("17.50");
      await page.waitForFunction(() => document.querySelector(".preview")?.innerText.includes("17.50"));
      await page.locator('form[action$="/fees/add_policy"] [name=flat]').fill("seventeen");
      await page.waitForFunction(() => document.querySelector(".effect")?.innerText.includes("not a policy yet"));
      await fee.waitFor({ state: "detached" });
    },
  },
  {
    name: "a file is followed while it is read, and its page is loaded again when it is done",
    path: "/admin/import",
    who: "admin",
    async works(page) {
      const rows = Array.from({ length: 60_000 }, (_, row) => `I-${row},Person ${row},person${row}@example.com`);
      const file = () => ({ name: "many.csv", text: `external_id,name,email\n${rows.join("\n")}\n` });
      await fill(page, { form: UPLOAD, fields: { kind: "customers" }, files: { file } });
      await submit(page, { form: UPLOAD });
      await submit(page, { form: MATCH, button: "button[value=try]" });
      await page.locator(".tally").waitFor();
      await page.locator(".progress").waitFor({ state: "detached", timeout: 60_000 });
      await page.getByText("tried on").waitFor();
    },
  },
];
