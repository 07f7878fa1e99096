//! Which texts can be ids and networks: they become parts of URLs, file names and `NETWORK-SYSID`.

use toml::Spanned;

use super::reader::Findings;

/// The network of links and drones that name none.
pub const DEFAULT_NETWORK: &str = "mav";

/// Longer ids fit no column and no file name.
const LONGEST: usize = 64;

/// Whether a text has only letters, digits, '-' and '_'.
pub(super) fn is_plain(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    !text.is_empty() && text.len() <= LONGEST && text.bytes().all(plain)
}

/// Reports a text that cannot be an id or a network.
pub(super) fn check(what: &str, text: &Spanned<String>, findings: &Findings<'_>) -> bool {
    let word = text.get_ref();
    if is_plain(word) {
        return true;
    }
    let message = if word.len() > LONGEST {
        format!("`{what}` is longer than {LONGEST} letters")
    } else {
        format!("`{what}` has only letters, digits, '-' and '_'")
    };
    let fixed: String = word
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
        .take(LONGEST)
        .collect();
    let fixed = fixed.trim_matches('-');
    let help = if fixed.is_empty() {
        String::new()
    } else {
        format!("write \"{fixed}\"")
    };
    findings.error(text.span(), message, &help);
    false
}
