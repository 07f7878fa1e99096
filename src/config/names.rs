//! Which texts can be ids and networks: they become parts of URLs, file names and `NETWORK-SYSID`.

use toml::Spanned;

use super::findings::Findings;

/// The network of links and drones that name none.
pub const DEFAULT_NETWORK: &str = "mav";

/// Longer ids fit no column and no file name.
const LONGEST: usize = 64;

/// Whether a text must have only letters, digits, '-' and '_'.
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
        format!("`{what}` must not be longer than {LONGEST} letters")
    } else {
        format!("`{what}` must have only letters, digits, '-' and '_'")
    };
    let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let parts = word.split(|letter| !plain(letter));
    let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    let fixed: String = parts.join("-").chars().take(LONGEST).collect();
    let help = if fixed.is_empty() {
        String::new()
    } else {
        format!("write \"{fixed}\"")
    };
    findings.error(text.span(), message, &help);
    false
}
