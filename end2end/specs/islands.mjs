// What moves without a reload.
import { islands } from "../site.mjs";

export default function (test) {
  for (const island of islands) {
    test(island.name, async ({ as }) => {
      const one = await as(island.who);
      await one.page.goto(island.path);
      await one.page.waitForLoadState("networkidle");
      await island.works(one.page, one);
    });
  }
}
