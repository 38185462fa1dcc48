// What the browser reckons is what the server answers, to the cent, on a thousand random cases.

const CASES = 1000;

/** The same numbers every time (mulberry32). */
function random(seed) {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** For each case a value for every field: sliders on their steps, and now and then units for single months. */
function cases(names) {
  const below = random(20_260_706);
  const units = () => ["0", String(below(60)), (below(6_000) / 100).toFixed(2), (below(9_000_000) / 1_000_000).toFixed(6)][below(4)];
  return Array.from({ length: CASES }, () =>
    Object.fromEntries(names.map((name) => [name, name.includes("-") ? (below(8) === 0 ? units() : "") : String(below(61) * 5)])),
  );
}

export default function (test) {
  for (const who of ["customer", "other"]) {
    test(`the what-if island equals the server to the cent on ${CASES} random cases for ${who}`, async ({ as }) => {
      const { page } = await as(who);
      await page.goto("/plan");
      await page.waitForFunction(() => document.querySelector("form.what-if-form")?.hasAttribute("data-live"));
      const names = await page.locator("form.what-if-form").first().evaluate((form) =>
        [...form.elements].filter(({ type }) => ["range", "number"].includes(type)).map(({ name }) => name),
      );
      if (!names.includes("use0") || !names.includes("use0-0")) throw new Error(`the form has only ${names.join(", ")}`);
      const asked = cases(names);
      // In parts, so that none takes longer than a call may.
      for (let from = 0; from < asked.length; from += 50) {
        const wrong = await page.evaluate(compare, asked.slice(from, from + 50));
        if (wrong) throw new Error(`case ${from + wrong.at}: ${wrong.words}`);
      }
    });
  }
}

/** In the page: puts each case into the form, and asks the server for the same. The first that differs, or nothing. */
async function compare(asked) {
  const next = () => new Promise((done) => requestAnimationFrame(done));
  /** Of each offer what it costs and how much more, in minor units. */
  const read = (root, id) =>
    [...root.querySelectorAll(`#${id}-result tbody tr`)]
      .map((row) => `${row.dataset.offer}: ${[...row.querySelectorAll("[data-minor]")].map((cell) => `${cell.dataset.minor} ${cell.textContent.trim()}`).join(", ")}`)
      .join("; ");
  const form = document.querySelector("form.what-if-form");
  for (const [at, fields] of asked.entries()) {
    for (const [name, value] of Object.entries(fields)) form.elements[name].value = value;
    form.elements.use0.dispatchEvent(new Event("input", { bubbles: true }));
    await next();
    const browser = read(document, form.id);
    const says = document.getElementById(`${form.id}-says-0`).textContent;
    const answer = await fetch(`/plan?${new URLSearchParams(new FormData(form))}`);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const server = read(page, form.id);
    const told = page.getElementById(`${form.id}-says-0`)?.textContent;
    const sent = JSON.stringify(fields);
    if (!browser || !/\d/.test(browser)) return { at, words: `the browser has no prices for ${sent}` };
    if (browser !== server) return { at, words: `${sent}: the browser has ${browser}; the server has ${server}` };
    if (says !== told) return { at, words: `${sent}: the browser says "${says}"; the server says "${told}"` };
  }
  return null;
}
