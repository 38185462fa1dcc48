// What a person does on a page: go there, fill in a form, send it.

/**
 * Opens the page of an entry of `site.mjs`: its `path`, or what the first of its `links` on that path leads to. With
 * `optional`, answers false where the page has no such link or form, as after a question was asked once.
 */
export async function goTo(page, { path, links = [], go, ready, form }, { optional = false } = {}) {
  if (go) {
    const found = await go(page);
    if (!found && !optional) throw new Error(`${form} is on no page`);
    return found;
  }
  await page.goto(path);
  for (const link of links) {
    const first = page.locator(link).first();
    if (optional && (await first.count()) === 0) return false;
    await page.goto(await first.getAttribute("href", { timeout: 5000 }));
  }
  if (form && optional && (await page.locator(form).count()) === 0) return false;
  await page.locator(form ?? ready ?? "h1").first().waitFor({ state: "attached" });
  return true;
}

/** Opens the first of the `links` on `list` on whose page there is something like this; answers with it, or with nothing. */
async function openFirstWith(page, list, links, something) {
  await page.goto(list);
  for (const href of await page.locator(links).evaluateAll((found) => found.map((link) => link.getAttribute("href")))) {
    await page.goto(href);
    const found = page.locator(something).first();
    if (await found.count()) return found;
  }
  return null;
}

export const openBillWith = (page, something) => openFirstWith(page, "/bills", 'main .rows a[href^="/bills/"]:not(:has-text("Paid"))', something);
export const openNoticeWith = (page, something) => openFirstWith(page, "/notices", 'main a[href^="/notices/"]', something);

/** Looks for `form` in the panes of those who wait for an answer, and stays there. */
export async function openPane(page, form) {
  await page.goto("/staff");
  // Who wrote a note stands among them, and leads to the page on which it is answered.
  const waiting = page.locator('h2:text-matches("^Waiting") + ol.queue a[href^="/staff?customer="]');
  for (const href of new Set(await waiting.evaluateAll((links) => links.map((link) => link.getAttribute("href"))))) {
    await page.goto(href);
    if (await page.locator(form).count()) return true;
  }
  return false;
}

/**
 * Puts what the entry says, and `other` over it, into the form's fields; a file is made with the words that stand for it. With `anything`, what the browser would hold
 * back is sent as well, as a person with other tools could.
 */
export async function fill(page, { form, fields = {}, files = {} }, other = {}, { anything = false } = {}) {
  for (const [name, make] of Object.entries(files)) {
    const { name: called, text } = make(other[name] ?? "");
    const file = { name: called, mimeType: "text/csv", buffer: Buffer.from(text) };
    await page.locator(`${form} [name="${name}"]`).setInputFiles(file);
  }
  await page.locator(form).first().evaluate(
    (element, { values, anything }) => {
      for (let within = element.closest("details"); within; within = within.parentElement?.closest("details")) within.open = true;
      if (anything) element.noValidate = true;
      for (const [name, value] of Object.entries(values)) {
        const inputs = [...element.elements].filter((input) => input.name === name);
        if (!inputs.length) throw new Error(`the form has no field ${name}`);
        for (const input of inputs) {
          if (input.type === "file") continue;
          if (["checkbox", "radio"].includes(input.type)) {
            input.checked = value === true || input.value === value;
            continue;
          }
          if (anything) {
            input.removeAttribute("maxlength");
            if (input.tagName === "SELECT") input.add(new Option(value, value));
            else if (input.tagName === "INPUT" && input.type !== "hidden") input.type = "text";
          }
          input.value = value;
          input.dispatchEvent(new Event("input", { bubbles: true }));
          input.dispatchEvent(new Event("change", { bubbles: true }));
        }
      }
    },
    { values: { ...fields, ...other }, anything },
  );
}

/** Sends the form and waits for the page that answers. */
export async function submit(page, { form, button = "button" }) {
  const loaded = page.waitForEvent("load");
  loaded.catch(() => {});
  await page.locator(`${form} ${button}`).first().evaluate((element) => {
    if (!element.form.noValidate && !element.formNoValidate && !element.form.checkValidity()) {
      const refused = [...element.form.elements].filter((input) => !input.checkValidity()).map((input) => `${input.name} = ${input.value}`);
      throw new Error(`the browser would not send ${refused.join(", ")}`);
    }
    element.form.requestSubmit(element);
  });
  await loaded;
}
