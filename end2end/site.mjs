// Every page and every form of Candor, once. A new one gets a line here and is then looked at by every spec.
//
// pages: `path`, or `path` and the `links` to follow from there; `who` may look; `ready` stands on it; `status` it
// answers with. forms: where the form stands, its selector, `fields` that make it valid, `words` that are free text (each
// gets every payload), `says` what the page shows when it went well. `who` is the part of a demo address before the @.

export const pages = [
  { name: "sign in", path: "/sign-in", who: ["nobody", "customer"] },
  { name: "a link that ended", path: "/sign-in/gone", who: ["nobody"], status: 409 },
  { name: "no such page", path: "/nowhere", who: ["nobody", "customer", "staff", "admin"], status: 404 },
];

export const forms = [
  {
    name: "ask for a link",
    path: "/sign-in",
    who: "nobody",
    form: 'form[action$="/sign_in/ask_link"]',
    fields: { email: "calm@demo.example" },
    words: ["email"],
    says: "a link is on its way",
  },
];

/** Addresses that carry words, with a place for them. */
export const addresses = [
  { path: (words) => `/sign-in/${words}`, who: "nobody" },
  { path: (words) => `/${words}`, who: "customer" },
  { path: (words) => `/sign-in?sent=${words}&__path=/api/sign_in/ask_link&__err=${words}`, who: "nobody" },
];

/** What moves without a reload: `works` does it and throws where it does not. */
export const islands = [];
