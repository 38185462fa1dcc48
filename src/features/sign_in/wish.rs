//! The page somebody wanted when they came to the door: it is opened once they are in.

use crate::domain::role::Role;

/// An address of ours is no longer than this.
const LONGEST: usize = 1_000;

/// The page of this site that `text` names; nothing where it could lead elsewhere, or is no page to go on to.
pub fn page(text: &str) -> Option<&str> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    let stays = text.starts_with('/') && !text.starts_with("//");
    let path = path(text);
    let is_page =
        !["/sign-in", "/api", "/pkg", "/fonts"].iter().any(|part| is_below(path, part)) && !path.contains("/.");
    (is_plain && stays && is_page && text.len() <= LONGEST).then_some(text)
}

/// Where somebody of this role comes in: the page they wanted if they may see it, else their first one.
pub fn leads_to(role: Role, wish: Option<&str>) -> String {
    wish.and_then(page).filter(|page| may_see(role, path(page))).unwrap_or(role.home()).to_owned()
}

fn may_see(role: Role, path: &str) -> bool {
    match path {
        path if is_below(path, "/admin") => role.sets_rules(),
        path if is_below(path, "/staff") => role.helps_customers(),
        "/about-me" => true,
        path if is_below(path, "/unsubscribe") => true,
        _ => role == Role::Customer,
    }
}

fn path(text: &str) -> &str {
    text.split(['?', '#']).next().unwrap_or_default()
}

fn is_below(path: &str, part: &str) -> bool {
    path == part || path.strip_prefix(part).is_some_and(|rest| rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_stays_on_this_site_and_within_what_one_may_see() {
        for ours in ["/notices/1", "/bills?page=2", "/bills/a%2Fb", "/"] {
            assert_eq!(leads_to(Role::Customer, Some(ours)), ours);
        }
        for elsewhere in [
            "https://x.example/",
            "//x.example",
            "/\\x.example",
            "x.example",
            "javascript:alert(1)",
            "",
            "/sign-in",
            "/sign-in/t",
            "/api/sign_in/sign_out",
            "/bills\r\nset-cookie: a=b",
            "/bills/č",
            "/./admin",
            "/x/../admin",
        ] {
            assert_eq!(leads_to(Role::Customer, Some(elsewhere)), "/", "{elsewhere:?}");
        }
        assert_eq!(leads_to(Role::Customer, Some(&format!("/{}", "a".repeat(1_000)))), "/");
        assert_eq!(leads_to(Role::Customer, Some("/admin/fees")), "/");
        assert_eq!(leads_to(Role::Staff, Some("/staff/customers/1")), "/staff/customers/1");
        assert_eq!(leads_to(Role::Staff, Some("/admin")), "/staff");
        assert_eq!(leads_to(Role::Admin, Some("/notices/1")), Role::Admin.home());
        assert_eq!(leads_to(Role::Staff, None), "/staff");
    }
}
