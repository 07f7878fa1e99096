//! The whole station side by side with the least that receiving and sending can cost.
//!
//! `cargo bench --bench station -- [ROUNDS] [SECONDS]` runs every scenario once a round, in turn, and prints CPU time
//! per message (of the station's process alone, from schedstat), the ratios within each round, latency,
//! memory and losses. See docs/performance.md. Without arguments one short round shows that it works.
//!
//! ```text
//!  this process: load (frames by sendmmsg) ─UDP─► volery serve (child) ─WebSocket─► clients (this process)
//!                load ─UDP─► floor (child, a bare recvmmsg loop)
//!                             bare (child, the same bytes to as many sockets) ─TCP─► readers (this process)
//! ```

#![expect(clippy::print_stdout, reason = "its figures are its answer")]

mod children;
mod clients;
mod load;
mod measure;
mod scenario;

use std::error::Error;

pub(crate) type Outcome<T = ()> = Result<T, Box<dyn Error>>;

fn main() -> Outcome {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if words.first().is_some_and(|word| word == "child") {
        return children::run(&words[1..]);
    }
    let mut numbers = words.iter().filter_map(|word| word.parse::<u64>().ok());
    let (rounds, seconds) = (numbers.next().unwrap_or(1), numbers.next().unwrap_or(2));
    let wanted = words.iter().find_map(|word| word.strip_prefix("only="));
    scenario::compare(rounds, seconds, wanted)
}
