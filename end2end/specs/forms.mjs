// Every form works with JavaScript off, and says so; the acts of a customer with it on, too.
import { forms } from "../site.mjs";
import { fill, goTo, submit } from "../support/steps.mjs";

export default function (test) {
  for (const form of forms) {
    if (form.refuse) {
      test(`without JavaScript, a refused form keeps what was typed: ${form.name}`, async ({ as }) => {
        const one = await as(form.who, { javaScriptEnabled: false });
        await goTo(one.page, form);
        await fill(one.page, form, form.refuse, { anything: true });
        await submit(one.page, form);
        await one.page.locator(".errors[role=alert]").waitFor();
        if (!Object.values(form.refuse).some(Boolean)) return;
        const kept = await one.page.locator(form.form).first().evaluate((element, names) => names.map((name) => element.elements[name]?.value), Object.keys(form.refuse));
        const lost = Object.entries(form.refuse).filter(([, value], index) => value && kept[index] !== value);
        if (lost.length) throw new Error(`lost ${lost.map(([name, value]) => `${name} = ${value}`).join(", ")}; the form holds ${kept.join(", ")}`);
      });
    }

    for (const javaScriptEnabled of form.isAct ? [false, true] : [false]) {
      test(`${javaScriptEnabled ? "with" : "without"} JavaScript: ${form.name}`, async ({ as }) => {
        const one = await as(form.who, { javaScriptEnabled });
        await goTo(one.page, form);
        if (form.works) await form.works(one.page);
        else {
          await fill(one.page, form);
          await submit(one.page, form);
        }
        const words = await one.page.locator("body").innerText();
        if (!words.includes(form.says)) {
          throw new Error(`"${form.says}" is not on the page: ${words.replace(/\s+/g, " ").slice(0, 400)}`);
        }
      });
    }
  }
}
