//! The house rules that a compiler does not hold: layers, circles, foreign crates, file sizes, channels.
//!
//! Reads `src` as text. The layers are drawn in docs/architecture.md; change them there and here together.

#![cfg(test)]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

/// Folders by layer: a folder imports from layers below its own, never from a sibling.
const LAYERS: &[(u8, &[&str])] = &[
    (0, &["model"]),
    (1, &["rules", "plan", "param_file"]),
    // `config` reads the expressions of `[[alert]]` with `rules`.
    (2, &["config", "protocol", "wire"]),
    // `fleet` drives the machines of `protocol`, and never meets `wire`.
    (3, &["fleet"]),
    (4, &["tui", "server", "store", "link", "sim"]),
    (5, &["app", "cli", "main"]),
];

/// Pairs of folders that must not meet although the layers would allow it.
const STRANGERS: &[(&str, &str)] = &[
    ("fleet", "wire"),
    ("fleet", "config"),
    ("protocol", "config"),
    ("wire", "config"),
    ("wire", "plan"),
    ("protocol", "plan"),
];

/// Foreign crates and where they may be used.
const CRATES: &[(&str, &[&str])] = &[
    ("ratatui", &["tui"]),
    ("crossterm", &["tui"]),
    ("axum", &["server"]),
    ("hyper", &["server"]),
    ("hyper_util", &["server"]),
    ("http_body_util", &["server"]),
    ("tokio_tungstenite", &["server", "link"]),
    ("tungstenite", &["server", "link"]),
    ("rmp_serde", &["server"]),
    ("prometheus_client", &["server"]),
    ("rusqlite", &["store"]),
    ("flate2", &["store"]),
    ("mavlink", &["wire", "sim"]),
    ("sha2", &["wire", "sim"]),
    ("nix", &["link", "store", "tui", "sim"]),
    ("serial2_tokio", &["link"]),
    ("cel", &["rules"]),
    ("toml", &["config", "sim"]),
    ("annotate_snippets", &["config"]),
    ("clap", &["main", "cli"]),
    ("tracing_subscriber", &["cli"]),
    ("color_eyre", &["main", "cli", "app"]),
];

/// Longest file, lines.
const LONGEST: usize = 400;

struct Source {
    path: PathBuf,
    /// `fleet::state`, without `crate`.
    module: String,
    code: String,
    lines: usize,
}

impl Source {
    fn folder(&self) -> &str {
        self.module.split("::").next().unwrap_or_default()
    }

    fn is_test(&self) -> bool {
        let stem = self
            .path
            .file_stem()
            .and_then(|stem| stem.to_str())
            .unwrap_or_default();
        stem.ends_with("tests") || stem == "testing" || self.module.contains("::tests::")
    }
}

fn sources() -> Vec<Source> {
    let mut found = Vec::new();
    collect(Path::new("src"), &mut found);
    assert!(found.len() > 20, "the sources were not found");
    found
}

fn collect(folder: &Path, found: &mut Vec<Source>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).unwrap();
            let inside = path.strip_prefix("src").unwrap().with_extension("");
            let module = inside.to_str().unwrap().replace('/', "::");
            found.push(Source {
                lines: text.lines().count(),
                code: without_comments(&text),
                module,
                path,
            });
        }
    }
}

/// The code without comments and without the tests at its end.
fn without_comments(text: &str) -> String {
    let code = text.split("\n#[cfg(test)]\n").next().unwrap_or_default();
    code.lines()
        .map(|line| line.split("//").next().unwrap_or_default())
        .collect::<Vec<_>>()
        .join("\n")
}

/// Everything a file imports with `use`, as full paths.
fn imports(source: &Source) -> Vec<String> {
    let mut found = Vec::new();
    let mut rest = source.code.as_str();
    while let Some((line, after)) = rest.split_once('\n') {
        let start = line.trim_start();
        let tree = ["use ", "pub use ", "pub(super) use ", "pub(crate) use "]
            .iter()
            .find_map(|word| start.strip_prefix(word));
        if let Some(tree) = tree {
            let from = rest.len() - after.len() - 1 - tree.len();
            let statement = rest[from..].split(';').next().unwrap_or_default();
            expand("", statement, &mut found);
        }
        rest = after;
    }
    // Paths written out in the code count as well.
    for path in source.code.split("crate::").skip(1) {
        let end = path
            .find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'))
            .unwrap_or(path.len());
        found.push(format!("crate::{}", &path[..end]));
    }
    found
}

fn expand(prefix: &str, tree: &str, found: &mut Vec<String>) {
    let tree = tree.trim();
    if let Some(open) = tree.find('{') {
        let head = format!("{prefix}{}", &tree[..open]);
        let inner = &tree[open + 1..tree.rfind('}').unwrap_or(tree.len())];
        let (mut depth, mut start) = (0, 0);
        for (at, c) in inner.char_indices() {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                ',' if depth == 0 => {
                    expand(&head, &inner[start..at], found);
                    start = at + 1;
                }
                _ => {}
            }
        }
        expand(&head, &inner[start..], found);
    } else if !tree.is_empty() {
        found.push(format!(
            "{prefix}{}",
            tree.split(" as ").next().unwrap_or_default().trim()
        ));
    }
}

/// An import of this crate as a module path without `crate`; relative ones are resolved.
fn inside(source: &Source, import: &str) -> Option<String> {
    if let Some(path) = import.strip_prefix("crate::") {
        return Some(path.to_owned());
    }
    let mut here: Vec<&str> = source.module.split("::").collect();
    let mut rest = import;
    if let Some(own) = rest.strip_prefix("self::") {
        return Some(format!("{}::{own}", source.module));
    }
    let mut is_relative = false;
    while let Some(up) = rest.strip_prefix("super::") {
        is_relative = true;
        here.pop();
        rest = up;
    }
    is_relative.then(|| {
        here.into_iter()
            .chain([rest])
            .collect::<Vec<_>>()
            .join("::")
    })
}

fn layer(folder: &str) -> Option<u8> {
    LAYERS
        .iter()
        .find(|(_, folders)| folders.contains(&folder))
        .map(|(layer, _)| *layer)
}

#[test]
fn imports_go_down_the_layers_only() {
    for source in sources() {
        let from = source.folder();
        if from == "lib" {
            continue;
        }
        let own = layer(from).unwrap_or_else(|| panic!("{} is in no layer", source.path.display()));
        for path in imports(&source)
            .iter()
            .filter_map(|import| inside(&source, import))
        {
            let to = path.split("::").next().unwrap_or_default();
            let Some(theirs) = layer(to).filter(|_| to != from) else {
                continue;
            };
            let top = own == 5 && theirs == 5;
            assert!(
                theirs < own || top,
                "{}: {from} must not import {to}",
                source.path.display()
            );
            let met = STRANGERS.contains(&(from, to));
            assert!(
                !met,
                "{}: {from} and {to} never meet",
                source.path.display()
            );
        }
    }
}

#[test]
fn no_circle_of_files() {
    let sources: Vec<_> = sources()
        .into_iter()
        .filter(|source| !source.is_test())
        .collect();
    let modules: BTreeSet<&str> = sources
        .iter()
        .map(|source| source.module.as_str())
        .collect();
    let mut graph: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for source in &sources {
        for path in imports(source)
            .iter()
            .filter_map(|import| inside(source, import))
        {
            if let Some(target) = owner(&modules, &path).filter(|target| *target != source.module) {
                graph.entry(&source.module).or_default().insert(target);
            }
        }
    }
    let mut done = BTreeSet::new();
    for start in &modules {
        let mut trail = Vec::new();
        walk(start, &graph, &mut done, &mut trail);
    }
}

/// The file that owns a path: the longest module that is a prefix of it.
fn owner<'a>(modules: &BTreeSet<&'a str>, path: &str) -> Option<&'a str> {
    let mut candidate = path;
    loop {
        if let Some(module) = modules.get(candidate) {
            return Some(module);
        }
        candidate = candidate.rsplit_once("::")?.0;
    }
}

fn walk<'a>(
    at: &'a str,
    graph: &BTreeMap<&'a str, BTreeSet<&'a str>>,
    done: &mut BTreeSet<&'a str>,
    trail: &mut Vec<&'a str>,
) {
    assert!(
        !trail.contains(&at),
        "a circle of files: {} → {at}",
        trail.join(" → ")
    );
    if done.contains(at) {
        return;
    }
    trail.push(at);
    for next in graph.get(at).into_iter().flatten() {
        walk(next, graph, done, trail);
    }
    trail.pop();
    done.insert(at);
}

#[test]
fn foreign_crates_stay_in_their_folder() {
    for source in sources() {
        for (name, folders) in CRATES {
            let used = imports(&source)
                .iter()
                .any(|import| import.split("::").next() == Some(name))
                || source.code.contains(&format!(" {name}::"));
            let allowed = folders.contains(&source.folder());
            assert!(
                !used || allowed,
                "{} uses {name}, which belongs to {folders:?}",
                source.path.display()
            );
        }
    }
}

#[test]
fn no_file_is_too_long() {
    for source in sources().iter().filter(|source| !source.is_test()) {
        assert!(
            source.lines <= LONGEST,
            "{} has {} lines",
            source.path.display(),
            source.lines
        );
    }
}

#[test]
fn every_file_says_what_it_is_for() {
    for source in sources().iter().filter(|source| !source.is_test()) {
        let text = fs::read_to_string(&source.path).unwrap();
        assert!(
            text.starts_with("//!"),
            "{} does not begin with //!",
            source.path.display()
        );
    }
}

#[test]
fn no_channel_is_unbounded_and_no_reader_dies_of_a_lag() {
    for source in sources() {
        for forbidden in [
            "unbounded_channel",
            "mpsc::channel()",
            "std::sync::mpsc::channel",
        ] {
            assert!(
                !source.code.contains(forbidden),
                "{}: {forbidden}",
                source.path.display()
            );
        }
        let dies = source.code.contains("while let Ok(") && source.code.contains("broadcast");
        assert!(
            !dies,
            "{}: a broadcast loop that ends at the first lag",
            source.path.display()
        );
    }
}

#[test]
fn no_mod_rs_and_no_drawer_names() {
    for source in sources() {
        let stem = source
            .path
            .file_stem()
            .and_then(|stem| stem.to_str())
            .unwrap_or_default();
        for drawer in [
            "mod", "util", "utils", "common", "manager", "handler", "helpers", "misc",
        ] {
            assert_ne!(stem, drawer, "{}", source.path.display());
        }
    }
}
