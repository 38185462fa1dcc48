// What is wrong with how a page looks and can be used; nothing where nothing is.
import axe from "axe-core";

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** What axe finds, with every part of the page unfolded. */
export async function violations(page) {
  await page.evaluate(() => document.querySelectorAll("details").forEach((details) => (details.open = true)));
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate((values) => window.axe.run({ runOnly: { type: "tag", values } }), RULES);
  return violations.map(({ id, nodes }) => `${id} at ${nodes.map(({ target }) => target.join(" ")).join(", ")}`).join("; ");
}

/** What is wider than the window, or cut at its edge. */
export async function tooWide(page) {
  const { wide, over } = await page.evaluate(() => {
    const limit = document.documentElement.clientWidth;
    const scrolls = (element) => {
      for (let up = element.parentElement; up; up = up.parentElement) if (getComputedStyle(up).overflowX !== "visible") return true;
      return false;
    };
    const over = [...document.querySelectorAll("body *")].filter((element) => {
      const box = element.getBoundingClientRect();
      return box.width > 0 && (box.right > limit + 1 || box.left < -1) && !element.closest(".unseen, .skip") && !scrolls(element);
    });
    return {
      wide: document.documentElement.scrollWidth > limit ? document.documentElement.scrollWidth : 0,
      over: over.slice(0, 3).map((element) => `${element.tagName.toLowerCase()}.${element.className}`),
    };
  });
  return wide || over.length ? `${wide || "cut"} px: ${over.join(", ")}` : "";
}

/** Tabs once through the page: all that can be pressed is reached, in its order, with a focus that can be seen. */
export async function keyboard(page) {
  const all = await page.evaluate(() => {
    const canBePressed = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
    window.pressable = [...document.querySelectorAll(canBePressed)].filter((element) => {
      if (element.disabled || !element.checkVisibility({ visibilityProperty: true })) return false;
      if (element.type !== "radio") return true;
      // Of the choices of a group one is reached, and the arrows go on.
      const others = [...element.form.elements].filter((other) => other.name === element.name);
      return element === (others.find((other) => other.checked) ?? others[0]);
    });
    document.activeElement?.blur();
    window.scrollTo(0, 0);
    return window.pressable.length;
  });
  const reached = [];
  const wrong = [];
  // A date takes several: its day, its month, its year.
  for (let pressed = 0; pressed < 5 * all && reached.length < all; pressed++) {
    await page.keyboard.press("Tab");
    const at = await page.evaluate(() => {
      const element = document.activeElement;
      const number = window.pressable.indexOf(element);
      if (number < 0) return { number, name: element.outerHTML.slice(0, 120) };
      const { outlineStyle, outlineWidth } = getComputedStyle(element);
      // A link over two lines is where its first one is.
      const box = element.getClientRects()[0];
      const points = [[0.5, 0.5], [0.1, 0.2], [0.9, 0.8], [0.1, 0.8], [0.9, 0.2]];
      const isOnTop = points.some(([across, down]) => {
        const top = document.elementFromPoint(box.left + box.width * across, box.top + box.height * down);
        return top && (element.contains(top) || top.closest("label")?.control === element);
      });
      return { number, name: element.outerHTML.slice(0, 120), isSeen: outlineStyle !== "none" && parseFloat(outlineWidth) >= 1, isOnTop };
    });
    if (at.number < 0 || at.number === reached.at(-1)) continue;
    if (reached.includes(at.number)) break;
    if (at.number < (reached.at(-1) ?? -1)) wrong.push(`out of order: ${at.name}`);
    if (!at.isSeen) wrong.push(`the focus cannot be seen: ${at.name}`);
    if (!at.isOnTop) wrong.push(`covered by something: ${at.name}`);
    reached.push(at.number);
  }
  const missed = await page.evaluate((reached) => {
    // An island may have put something away meanwhile.
    const missed = window.pressable.filter((element, at) => !reached.includes(at) && element.checkVisibility({ visibilityProperty: true }));
    return missed.map((element) => element.outerHTML.slice(0, 120));
  }, reached);
  return [...wrong, ...missed.map((name) => `never reached: ${name}`)].slice(0, 4).join("; ");
}
