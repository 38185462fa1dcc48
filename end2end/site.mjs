// Every page and every form of Candor, once. A new one gets a line here and is then looked at by every spec.

import { signInLink } from "./support/server.mjs";
import { fill, openBillWith, openNoticeWith, openPane, submit } from "./support/steps.mjs";

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
  { name: "plan-what-if", path: "/plan?what_if=mobile-l&use0=150&use0-3=12.5&use0-4=much", who: ["customer"], pictures: [] },
  { name: "credits", path: "/credits", who: ["customer", "calm"] },
  { name: "bill", path: "/bills", links: ['main a[href^="/bills/"]:has(.badge.cost)'], ready: "article.bill", who: ["customer"] },
  { name: "bill-paid", path: "/bills", links: ['main a[href^="/bills/"]:has(.badge.done)'], ready: "article.bill", who: ["calm"] },
  { name: "bill-disputed", path: "/bills", links: ['main a[href^="/bills/"]:has(.badge.accent)'], ready: "article.bill", who: ["customer"] },
  { name: "use-credit", go: (page) => openAct(page, "/use-credit"), who: ["customer"] },
  { name: "let-fee-go", go: (page) => openAct(page, "/let-fee-go"), who: ["other"] },
  { name: "later-date", go: (page) => openAct(page, "/later-date"), who: ["customer"] },
  { name: "dispute", go: (page) => openAct(page, "/dispute"), who: ["customer"] },
  { name: "pay", go: async (page) => page.goto(await (await openBillWith(page, 'a[href^="/demo/pay/"]')).getAttribute("href")), who: ["customer"] },
  { name: "change-plan", path: "/plan", links: ['a[href^="/plan/change/"]'], who: ["customer"] },
  { name: "act", go: act, ready: 'form[action$="/billing/undo"]', who: ["calm"] },
  { name: "notice", path: "/", links: ['.notice .why a[href^="/notices/"]'], ready: "#why", who: ["customer"] },
  { name: "notes", path: "/notes", who: ["customer", "calm"] },
  { name: "note", path: "/notes", links: ['main .threads a[href^="/notes/"]'], ready: ".thread", who: ["customer", "other"], pictures: ["customer"] },
  { name: "notices", path: "/notices", who: ["customer", "calm"] },
  { name: "why-not", path: "/notices", links: ['main a[href^="/notices/why-not/better"]'], ready: ".tested", who: ["customer"] },
  { name: "why-not-nothing", path: "/notices/why-not/fee_warning", who: ["calm"] },
  { name: "put-aside", path: "/?aside=1", who: ["customer"] },
  { name: "hard", path: "/help/hard?on=/plan", who: ["customer"] },
  { name: "help", path: "/help", who: ["customer", "calm"] },
  { name: "about-me", path: "/about-me", who: ["customer", "staff", "admin"] },
  { name: "receipt", go: openReceipt, who: ["customer"] },
  { name: "erase", path: "/about-me/erase", who: ["customer", "calm"], pictures: ["customer"] },
  { name: "about-me-notices", path: "/about-me/notices", who: ["customer"] },
  { name: "unsubscribe-unknown", path: "/unsubscribe/gone", who: ["nobody"], status: 409 },

  { name: "staff", path: "/staff", links: ['.queue a[href^="/staff?customer="]'], ready: ".panes.chosen", who: ["staff", "admin"], pictures: ["staff"] },
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

/** The page of an act on a bill, of the first bill on which it is offered; nothing where it is offered on none. */
async function openAct(page, act) {
  const way = await openBillWith(page, `a[href$="${act}"]`);
  if (way) await page.goto(await way.getAttribute("href"));
  return Boolean(way);
}

/** What became of an act: a change of plan for the end of the month, set where none is under way. */
async function act(page) {
  await page.goto("/plan");
  if (!(await page.locator('a[href^="/acts/"]').count())) {
    await page.goto(await page.locator('a[href^="/plan/change/"]').first().getAttribute("href"));
    await submit(page, { form: 'form:has(input[value="next_period"])' });
    return true;
  }
  await page.goto(await page.locator('a[href^="/acts/"]').first().getAttribute("href"));
  return true;
}

/** The receipt of something that was deleted; where nothing was yet, something is told and deleted. */
async function openReceipt(page) {
  const receipts = page.locator('main a[href^="/about-me/receipts/"]');
  await page.goto("/about-me");
  if (await receipts.count()) await page.goto(await receipts.first().getAttribute("href"));
  else {
    const tell = { form: 'form[action$="/memory/tell"]', fields: { words: "The dog is called Bora." } };
    await fill(page, tell);
    await submit(page, tell);
    await submit(page, { form: 'form[action$="/memory/forget"]' });
  }
  return true;
}

/** A customer who asked to be erased, where this form still waits. */
async function openWish(page, form) {
  await page.goto("/staff");
  const waiting = page.locator('h2:text-is("Asked to be erased") + ol.queue a');
  for (const href of await waiting.evaluateAll((links) => links.map((link) => link.getAttribute("href")))) {
    await page.goto(href);
    if (await page.locator(form).count()) return true;
  }
  return false;
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
 * more, and `atOnce` how many payloads go into one text where it may be sent a few times a day alone; `payloads` is what
 * differs when payloads are sent. An `isAct` is one of the customer's acts, tried with JavaScript on, too.
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
    go: (page) => openAct(page, "/later-date"),
    who: "other",
    form: 'form[action$="/billing/ask_later_date"]',
    fields: { words: "My pay comes on the first." },
    words: ["words", "wanted_on"],
    refuse: { words: "I need a day longer. ".repeat(100) },
    again: "answer in words",
    payloads: { who: "customer" },
    says: "Asked, with a person",
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
    name: "say that a bill is not right",
    go: (page) => openAct(page, "/dispute"),
    who: "customer",
    form: 'form[action$="/billing/dispute"]',
    fields: { words: "I was not there in June." },
    words: ["words"],
    atOnce: 10,
    refuse: { words: "" },
    again: "settle a dispute",
    says: "We settle bill",
  },
  {
    name: "settle a dispute",
    path: "/staff/customers?q=mira",
    links: ['main th a[href^="/staff/customers/"]'],
    who: "staff",
    form: 'form[action$="/billing/settle_dispute"]',
    fields: { taken_off: "0.10", answer: "You are right, we took it off." },
    words: ["answer"],
    atOnce: 10,
    refuse: { answer: "" },
    again: "say that a bill is not right",
    says: "Settled, and signed with your name.",
  },
  {
    name: "change the profile",
    path: "/about-me",
    who: "calm",
    form: 'form[action$="/profile/save"]',
    fields: { preferred_name: "Anita", locale: "en-US", language: "pt", time_zone: "Atlantic/Azores" },
    words: ["preferred_name", ["locale", "language", "time_zone"]],
    refuse: { preferred_name: "A name that is far longer than sixty characters, which is as long as one may be" },
    says: "Saved. Every page is written this way from now on.",
  },
  {
    name: "choose what comes by mail",
    path: "/about-me/notices",
    who: "calm",
    form: 'form[action$="/preferences/save"]',
    fields: { "kinds[credit][by_mail]": true, "kinds[credit][quiet_from]": "22:00", "kinds[credit][quiet_until]": "07:00" },
    words: [["kinds[credit][quiet_from]", "kinds[dispute][quiet_until]"]],
    refuse: { "kinds[credit][quiet_from]": "22:00", "kinds[credit][quiet_until]": "" },
    says: "It holds from the next mail on",
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
    name: "write to us",
    path: "/notes",
    who: "customer",
    form: 'form[action$="/notes/begin"]',
    fields: { subject: "My new address", words: "From next month I live around the corner." },
    words: [["subject", "words"]],
    refuse: { subject: "My new address", words: "" },
    says: "Your words are with us",
  },
  {
    name: "go on with a thread",
    path: "/notes",
    links: ['main .threads a[href^="/notes/"]'],
    who: "other",
    form: 'form[action$="/notes/go_on"]',
    fields: { words: "Thank you, that helps." },
    words: ["words"],
    refuse: { words: "" },
    says: "Your words are with us",
  },
  {
    name: "answer in a thread",
    path: "/staff/customers?q=mira",
    links: ['main th a[href^="/staff/customers/"]'],
    who: "staff",
    form: 'form[action$="/notes/answer"]',
    fields: { words: "It is in, from the first." },
    words: ["words"],
    refuse: { words: "" },
    says: "Written, and signed with your name",
  },
  {
    name: "write a note",
    path: "/staff/customers?q=whelan",
    links: ['main th a[href^="/staff/customers/"]'],
    who: "staff",
    form: 'form[action$="/notes/write"]',
    fields: { subject: "Your old router", words: "It gets updates for another year." },
    words: [["subject", "words"]],
    refuse: { subject: "Your old router", words: "" },
    says: "Written, and signed with your name",
  },
  {
    name: "tell us something to remember",
    path: "/about-me",
    who: "customer",
    form: 'form[action$="/memory/tell"]',
    fields: { words: "Prefers a letter to a call." },
    words: ["words", "matters_on"],
    refuse: { words: "The wedding.", matters_on: "1999-01-01" },
    says: "Noted.",
  },
  {
    name: "correct what is remembered",
    path: "/about-me",
    who: "customer",
    form: 'form[action$="/memory/correct"]',
    fields: { words: "Prefers a call to a letter." },
    words: ["words", "matters_on"],
    refuse: { words: "The wedding.", matters_on: "1999-01-01" },
    says: "Corrected.",
  },
  {
    name: "do not bring it up",
    path: "/about-me",
    who: "customer",
    form: 'form[action$="/memory/hush"]',
    words: [],
    says: "bring it up",
  },
  {
    name: "delete what is remembered",
    path: "/about-me",
    who: "customer",
    form: 'form[action$="/memory/forget"]',
    words: [],
    says: "nobody can read it any more",
  },
  {
    name: "remember something of a customer",
    path: "/staff/customers?q=mira",
    links: ['main th a[href^="/staff/customers/"]'],
    who: "staff",
    form: 'form[action$="/memory/note_down"]',
    fields: { words: "Has a dog.", source: "call" },
    words: ["words", "matters_on"],
    refuse: { words: "Has a cat.", matters_on: "1999-01-01" },
    says: "Noted.",
  },
  {
    name: "correct what we noted",
    path: "/staff/customers?q=mira",
    links: ['main th a[href^="/staff/customers/"]'],
    who: "staff",
    form: 'form[action$="/memory/correct_ours"]',
    fields: { words: "Has two dogs." },
    words: ["words", "matters_on"],
    refuse: { words: "Has two cats.", matters_on: "1999-01-01" },
    says: "Corrected.",
  },
  {
    name: "forget what we noted",
    path: "/staff/customers?q=mira",
    links: ['main th a[href^="/staff/customers/"]'],
    who: "staff",
    form: 'form[action$="/memory/forget_ours"]',
    words: [],
    says: "Forgotten.",
  },
  // Erasing itself is tried over HTTP: it would take one of the cast away from everything that comes after.
  {
    name: "ask to be erased",
    path: "/about-me/erase",
    who: "other",
    form: 'form[action$="/erasure/ask"]',
    fields: { reason: "I moved to another provider." },
    words: ["reason"],
    atOnce: 10,
    refuse: { reason: "a".repeat(1001) },
    again: "refuse to erase",
    says: "A person has it now",
  },
  {
    name: "hand a wish to be erased to an admin",
    go: (page) => openWish(page, 'form[action$="/erasure/hand_over"]'),
    who: "staff",
    form: 'form[action$="/erasure/hand_over"]',
    words: [],
    says: "Handed over.",
  },
  {
    name: "refuse to erase",
    go: (page) => openWish(page, 'form[action$="/erasure/refuse"]'),
    who: "staff",
    form: 'form[action$="/erasure/refuse"]',
    fields: { refusal: "A bill is open." },
    words: ["refusal"],
    atOnce: 10,
    refuse: { refusal: "" },
    again: "ask to be erased",
    says: "Refused.",
  },
  {
    name: "ask to be erased, once more",
    path: "/about-me/erase",
    who: "other",
    form: 'form[action$="/erasure/ask"]',
    fields: { reason: "" },
    words: [],
    says: "A person has it now",
  },
  {
    name: "take back the wish to be erased",
    path: "/about-me/erase",
    who: "other",
    form: 'form[action$="/erasure/withdraw"]',
    words: [],
    says: "Taken back.",
  },
  {
    name: "was it helpful",
    isAct: true,
    path: "/",
    who: "customer",
    form: '.notice form[action$="/responses/helpful"]',
    words: [],
    says: "Thank you. You said this was helpful",
  },
  {
    name: "put a notice aside",
    isAct: true,
    path: "/",
    who: "customer",
    form: '.notice:not(.cost) form[action$="/responses/snooze"]',
    words: [],
    says: "Put aside. It comes back on",
  },
  {
    name: "undo",
    isAct: true,
    path: "/?aside=1",
    who: "customer",
    form: '#aside .notice form[action$="/responses/take_back"]',
    words: [],
    says: "Undone. It is as it was before",
  },
  {
    // Without a reason it is refused, so that there is one left for each of the payloads.
    name: "not for me",
    isAct: true,
    // On its own page, whatever stands on the first one by then.
    go: (page) => openNoticeWith(page, 'form[action$="/responses/dismiss"]'),
    who: "customer",
    form: 'form[action$="/responses/dismiss"]',
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
    name: "try another use",
    path: "/plan",
    who: "customer",
    form: "form#what-if-0",
    fields: { use0: "150", "use0-3": "12.5" },
    words: ["use0", ["use0-0", "use0-1", "what_if"]],
    says: "this would cost",
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
  { path: (words) => `/acts/${words}?done=${words}`, who: "customer" },
  { path: (words) => `/bills/${words}/use-credit`, who: "customer" },
  { path: (words) => `/plan/change/${words}/${words}`, who: "customer" },
  { path: (words) => `/about-me/receipts/${words}`, who: "customer" },
  { path: (words) => `/help?bill=${words}&asked=${words}`, who: "customer" },
  { path: (words) => `/notes/${words}`, who: "customer" },
  { path: (words) => `/notes?page=${words}&told=${words}`, who: "customer" },
  { path: (words) => `/plan?what_if=mobile-l&use0=${words}&use0-0=${words}`, who: "customer" },
  { path: (words) => `/sign-in/${words}`, who: "nobody" },
  { path: (words) => `/sign-in?to=${words}&told=${words}&__path=/api/sign_in/ask_link&__err=${words}`, who: "nobody" },
  { path: (words) => `/staff?customer=${words}`, who: "staff" },
  { path: (words) => `/staff/customers?q=${words}&sort=${words}&page=${words}`, who: "staff" },
  { path: (words) => `/staff/customers/${words}`, who: "staff" },
  { path: (words) => `/admin/fees?currency=${words}`, who: "admin" },
  { path: (words) => `/admin/import?problem=${words}&kind=${words}&page=${words}`, who: "admin" },
  { path: (words) => `/admin/import/${words}`, who: "admin" },
  { path: (words) => `/notices/${words}`, who: "customer" },
  { path: (words) => `/about-me?profile=${words}`, who: "customer" },
  { path: (words) => `/about-me/notices?saved=${words}`, who: "customer" },
  { path: (words) => `/unsubscribe/${words}?done=${words}`, who: "nobody" },
  { path: (words) => `/notices?page=${words}`, who: "customer" },
  { path: (words) => `/notices/why-not/${words}`, who: "customer" },
  { path: (words) => `/?aside=${words}&later=${words}&undone=${words}`, who: "customer" },
  { path: (words) => `/help/hard?on=/${words}`, who: "customer" },
  { path: (words) => `/help/hard?said=${words}`, who: "customer" },
  { path: (words) => `/admin/fees?flat=${words}&warn_days=${words}&reason=${words}`, who: "admin" },
];

/** Staff answer in the thread that is open. */
async function answerAsStaff(page, one, words) {
  const thread = page.url().split("/").pop().split("?")[0];
  const staff = await one.context.browser().newContext();
  const to = new URL("/api/", page.url()).href;
  const headers = { origin: new URL(page.url()).origin, accept: "text/html" };
  await staff.request.post(`${to}sign_in/as_cast`, { form: { email: "staff@demo.example" }, headers, maxRedirects: 0 });
  await staff.request.post(`${to}notes/answer`, { form: { thread, words }, headers, maxRedirects: 0 });
  await staff.close();
}

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
      await page.getByText("This is not a policy yet").waitFor();
      await fee.waitFor({ state: "hidden" });
    },
  },
  {
    name: "a note appears while its thread is open",
    path: "/notes",
    who: "customer",
    async works(page, one) {
      await page.goto(await page.locator('main .threads a[href^="/notes/"]').first().getAttribute("href"));
      const opened = page.waitForResponse((answer) => answer.url().endsWith("/notes/live"));
      await page.reload();
      await opened;
      const words = `Written while you look, ${Date.now()}.`;
      await answerAsStaff(page, one, words);
      await page.locator(".arrived .note", { hasText: words }).waitFor();
    },
  },
  {
    name: "a note appears also where the last answer was refused and is still in its form",
    path: "/notes",
    who: "customer",
    async works(page, one) {
      await page.goto(await page.locator('main .threads a[href^="/notes/"]').first().getAttribute("href"));
      const answer = { form: 'form[action$="/notes/go_on"]', fields: { words: " " } };
      await fill(page, answer);
      const opened = page.waitForResponse((answer) => answer.url().endsWith("/notes/live"));
      await submit(page, answer);
      await opened;
      await page.getByText("Nothing is lost").waitFor();
      const words = `Written while you try again, ${Date.now()}.`;
      await answerAsStaff(page, one, words);
      await page.locator(".arrived .note", { hasText: words }).waitFor();
      if (!(await page.getByText("Nothing is lost").isVisible())) throw new Error("what was refused is said no more");
    },
  },
  {
    name: "a file is followed while it is read, and its page is loaded again when it is done",
    path: "/admin/import",
    who: "admin",
    async works(page) {
      const rows = Array.from({ length: 150_000 }, (_, row) => `I-${row},Person ${row},person${row}@example.com`);
      const file = () => ({ name: "many.csv", text: `external_id,name,email\n${rows.join("\n")}\n` });
      await fill(page, { form: UPLOAD, fields: { kind: "customers" }, files: { file } });
      await submit(page, { form: UPLOAD });
      await submit(page, { form: MATCH, button: "button[value=try]" });
      await page.locator("#reading[data-live]").waitFor();
      // What is counted moves on the same page, which is opened anew at the end alone.
      const before = await page.evaluate(() => ((window.isTheSame = true), document.querySelector("#reading .tally dd").innerText));
      await page.waitForFunction((before) => window.isTheSame && document.querySelector("#reading .tally dd")?.innerText !== before, before);
      await page.locator("#reading").waitFor({ state: "detached", timeout: 120_000 });
      await page.getByText("tried on").waitFor();
    },
  },
  {
    name: "every plan is priced again while a slider moves",
    path: "/plan",
    who: "customer",
    async works(page) {
      const form = page.locator("form#what-if-0");
      const yours = page.locator("#what-if-0-cost-0");
      const before = Number(await yours.getAttribute("data-minor"));
      const all = () => [...document.querySelectorAll("#what-if-0-result [data-minor]")].reduce((sum, { dataset }) => sum + Number(dataset.minor), 0);
      const sum = await page.evaluate(all);
      await page.waitForFunction(() => document.querySelector("#what-if-0")?.hasAttribute("data-live"));
      const slider = form.locator("[name=use0]");
      await slider.focus();
      // By the keys alone: the end is three times the own use.
      await page.keyboard.press("End");
      await page.waitForFunction((sum) => [...document.querySelectorAll("#what-if-0-result [data-minor]")].reduce((all, { dataset }) => all + Number(dataset.minor), 0) !== sum, sum);
      if ((await page.locator("#what-if-0-percent-0").innerText()) !== "300 %") throw new Error("the slider does not say 300 %");
      const costs = await page.locator("#what-if-0-result tbody tr").evaluateAll((rows) =>
        rows.filter((row) => !row.innerText.includes("Only for")).map((row) => Number(row.querySelector("[data-minor]").dataset.minor)),
      );
      if (costs.some((cost, at) => at > 0 && cost < costs[at - 1])) throw new Error(`not the cheapest first: ${costs.join(", ")}`);
      // It is announced once it is quiet, and not before.
      await page.waitForFunction(() => [...document.querySelectorAll("[role=status]")].some((said) => said.innerText.includes("this would cost")));
      await form.locator("summary").first().click();
      const three = Number(await yours.getAttribute("data-minor"));
      await form.locator("[name=use0-0]").fill("1000");
      await page.waitForFunction((three) => Number(document.querySelector("#what-if-0-cost-0").dataset.minor) > three, three);
      await form.locator("button[type=reset]").click();
      await page.waitForFunction((before) => Number(document.querySelector("#what-if-0-cost-0").dataset.minor) === before, before);
    },
  },
];
