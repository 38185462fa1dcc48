// Coming in and going out.
import { fill, goTo, submit } from "../support/steps.mjs";
import { forms } from "../site.mjs";

const ask = forms.find(({ name }) => name === "ask for a link");

export default function (test) {
  for (const javaScriptEnabled of [true, false]) {
    test(`a link from the mail signs in, once${javaScriptEnabled ? "" : ", without JavaScript"}`, async ({ as, candor }) => {
      const email = javaScriptEnabled ? "other@demo.example" : "staff2@demo.example";
      const { page } = await as("nobody", { javaScriptEnabled });
      await goTo(page, ask);
      await fill(page, ask, { email });
      await submit(page, ask);
      const address = /\/sign-in\/[\w-]{20,}/;
      const [path] = address.exec(await candor.mailbox.newestTo(email, address));
      const link = { path, form: 'form[action$="/sign_in/use_link"]' };
      await goTo(page, link);
      await goTo(page, link);
      await submit(page, link);
      if (page.url().includes("/sign-in")) throw new Error(`still at ${page.url()}`);
      const again = await as("nobody", { javaScriptEnabled });
      const answer = await again.page.goto(path);
      if (answer.status() === 200) throw new Error("the link opened again");
    });
  }

  test("one browser ends the session of another, without JavaScript", async ({ as }) => {
    const door = { form: '.door form:has(button[value="admin2@demo.example"])' };
    const [one, other] = [await as("nobody", { javaScriptEnabled: false }), await as("nobody", { javaScriptEnabled: false })];
    for (const { page } of [one, other]) {
      await page.goto("/sign-in");
      await submit(page, door);
    }
    await one.page.goto("/about-me");
    await submit(one.page, { form: 'li:not(:has(.badge)) form[action$="/sign_in/end_session"]' });
    await other.page.goto("/about-me");
    if (!other.page.url().includes("/sign-in")) throw new Error(`the other is still at ${other.page.url()}`);
    await other.page.goto("/sign-in");
    await submit(other.page, door);
    await one.page.goto("/about-me");
    await submit(one.page, { form: 'form[action$="/sign_in/end_other_sessions"]' });
    await other.page.goto("/about-me");
    if (!other.page.url().includes("/sign-in")) throw new Error(`the other is still at ${other.page.url()} after all were ended`);
    if ((await one.page.goto("/about-me")).status() !== 200) throw new Error("it ended its own session");
  });

  test("signing out ends it", async ({ as, candor }) => {
    const { page, context } = await as("nobody", { javaScriptEnabled: false });
    await page.goto("/sign-in");
    await submit(page, { form: '.door form:has(button[value="calm@demo.example"])' });
    await submit(page, { form: 'form[action$="/sign_in/sign_out"]' });
    if (!page.url().includes("/sign-in")) throw new Error(`at ${page.url()}`);
    const answer = await context.request.get(`${candor.url}/about-me`, { maxRedirects: 0 });
    if (answer.status() !== 303) throw new Error(`about-me still answers ${answer.status()}`);
  });
}
