//! Whole fleet.toml files: what valid ones mean, how invalid ones are told, and that no damage makes the reader panic.

use std::{
    fs,
    path::{Path, PathBuf},
};

use proptest::prelude::*;
use volery::config::{self, Config, ConfigError, Places, Severity, load, parse};

fn fixtures(folder: &str) -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/config")
        .join(folder);
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the folder of fixtures")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    files.sort();
    let read = |path: PathBuf| {
        let name = path
            .file_stem()
            .expect("a name")
            .to_string_lossy()
            .into_owned();
        (name, fs::read_to_string(path).expect("a text file"))
    };
    files.into_iter().map(read).collect()
}

fn snapshot(folder: &str, name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(format!("config/snapshots/{folder}"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

#[test]
fn every_valid_file_gives_the_expected_configuration() {
    let files = fixtures("valid");
    assert!(files.len() >= 12);
    for (name, text) in files {
        let (config, report) = parse(&text, "fleet.toml");
        let config = config.unwrap_or_else(|| panic!("{name}:\n{}", report.render(false)));
        snapshot(
            "valid",
            &name,
            &format!("{}\n{config:#?}", report.render(false)),
        );
    }
}

#[test]
fn every_invalid_file_is_told_with_line_caret_and_help() {
    let files = fixtures("invalid");
    assert!(files.len() >= 25);
    for (name, text) in files {
        let (config, report) = parse(&text, "fleet.toml");
        assert!(config.is_none(), "{name} was accepted");
        assert!(report.error_count() > 0, "{name}");
        for one in report.diagnostics() {
            let line = text
                .split('\n')
                .nth(one.line - 1)
                .expect("a line of the file");
            assert!(one.column <= line.chars().count() + 1, "{name}: {one:?}");
        }
        let plain = report.render(false);
        assert!(!plain.contains('\u{1b}'), "{name}");
        assert!(report.render(true).contains('\u{1b}'), "{name}");
        snapshot("invalid", &name, &plain);
    }
}

#[test]
fn an_empty_file_is_the_default_configuration() {
    let (config, report) = parse("", "fleet.toml");
    assert_eq!(config, Some(Config::default()));
    assert!(report.is_empty());
}

#[test]
fn the_flag_for_links_takes_the_place_of_the_standard_link_and_adds_to_others() {
    let mut config = Config::default();
    config.add_link("/dev/ttyUSB0").expect("a link");
    config.add_link("udpin:0.0.0.0:14551").expect("a link");
    config
        .add_link("udpserver://:14551")
        .expect("the same link");
    config.add_link("udpin:0.0.0.0:14552").expect("a link");
    let names: Vec<&str> = config.links.iter().map(|link| &*link.name).collect();
    assert_eq!(names, ["serial-1", "udpin-1", "udpin-2"]);

    let (config, _) = parse("[[link]]\nurl = \"udpin:0.0.0.0:14550\"\n", "fleet.toml");
    let mut config = config.expect("valid");
    config.add_link("tcp:127.0.0.1:5760").expect("a link");
    assert_eq!(config.links.len(), 2);
    assert!(config.add_link("nonsense").is_err());
    assert_eq!(config.links.len(), 2);
}

fn places(folder: &Path) -> Places {
    Places {
        named: None,
        work_dir: folder.join("work"),
        config_home: Some(folder.join("home/.config")),
        system: Some(folder.join("etc")),
        home: Some(folder.join("home")),
    }
}

fn put(path: &Path, text: impl AsRef<[u8]>) {
    fs::create_dir_all(path.parent().expect("a folder")).expect("made");
    fs::write(path, text).expect("written");
}

#[test]
fn the_first_file_found_wins_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    let mut places = places(root);
    let none = load(None, &places).expect("no file is fine");
    assert_eq!((none.path, none.config), (None, Config::default()));

    let order = ["etc/volery", "home/.config/volery", "work"];
    for (number, place) in order.iter().enumerate() {
        let path = root.join(place).join("fleet.toml");
        put(
            &path,
            format!("name = \"{place}\"\n[gcs]\nsysid = {}\n", number + 1),
        );
        let loaded = load(None, &places).expect("valid");
        assert_eq!(loaded.path, Some(path));
        assert_eq!(loaded.config.name.as_deref(), Some(*place));
    }

    put(&root.join("named.toml"), "name = \"named\"\n");
    put(&root.join("flag.toml"), "name = \"flag\"\n");
    places.named = Some(root.join("named.toml"));
    let loaded = load(None, &places).expect("valid");
    assert_eq!(loaded.config.name.as_deref(), Some("named"));
    assert_eq!(loaded.config.gcs.sysid.0, 255, "nothing is merged");
    let loaded = load(Some(&root.join("flag.toml")), &places).expect("valid");
    assert_eq!(loaded.config.name.as_deref(), Some("flag"));
}

#[test]
fn a_file_that_cannot_be_used_is_an_error_and_never_skipped() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    let places = places(root);
    let missing = load(Some(&root.join("no.toml")), &places).expect_err("missing");
    assert!(matches!(missing, ConfigError::Missing { .. }), "{missing}");

    put(&root.join("etc/volery/fleet.toml"), "");
    let first = root.join("work/fleet.toml");
    fs::create_dir_all(&first).expect("a folder in its place");
    let unreadable = load(None, &places).expect_err("a folder");
    assert!(
        matches!(unreadable, ConfigError::Read { .. }),
        "{unreadable}"
    );
    assert!(
        unreadable.to_string().contains("work/fleet.toml"),
        "{unreadable}"
    );

    fs::remove_dir(&first).expect("removed");
    put(&first, b"name = \"a\"\n# \xff\n");
    let binary = load(None, &places).expect_err("no text");
    assert!(
        matches!(binary, ConfigError::NotText { line: 2, .. }),
        "{binary}"
    );

    put(&first, "nmae = \"a\"\n");
    let Err(ConfigError::Invalid { report, .. }) = load(None, &places) else {
        panic!("a mistake was accepted");
    };
    assert!(
        report.render(false).contains("work/fleet.toml:1:1"),
        "{}",
        report.render(false)
    );
}

#[test]
fn paths_of_a_file_start_at_its_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    let text = "[log]\npath = \"flights.db\"\n[map]\nbase = \"~/area.mbtiles\"\noverlays = [\"/abs.kml\"]\n\
                [[link]]\nurl = \"file:rec.tlog\"\n";
    let path = root.join("etc/volery/fleet.toml");
    put(&path, text);
    let config = load(Some(&path), &places(root)).expect("valid").config;
    assert_eq!(config.log.path, Some(root.join("etc/volery/flights.db")));
    assert_eq!(config.map.base, Some(root.join("home/area.mbtiles")));
    assert_eq!(config.map.overlays, [PathBuf::from("/abs.kml")]);
    let url = config.links[0].url.to_string();
    assert_eq!(
        url,
        format!("file:{}", root.join("etc/volery/rec.tlog").display())
    );
}

fn top_level_file() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("fleet.toml");
    fs::read_to_string(path).expect("the fleet.toml of this repository")
}

#[test]
fn the_fleet_toml_of_the_repository_works_as_it_stands() {
    let (config, report) = parse(&top_level_file(), "fleet.toml");
    assert!(report.is_empty(), "{}", report.render(false));
    let config = config.expect("valid");
    let urls: Vec<String> = config
        .links
        .iter()
        .map(|link| link.url.to_string())
        .collect();
    assert_eq!(urls, ["udpin:0.0.0.0:14550"]);
    assert_eq!(config.drones, []);
}

/// A commented line that would be TOML without its `# `.
fn is_commented_toml(line: &str) -> bool {
    let Some(rest) = line.strip_prefix("# ") else {
        return false;
    };
    let key = rest.split('=').next().unwrap_or_default().trim();
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-\" ".contains(c);
    let is_key = rest.contains(" = ")
        && key.chars().all(plain)
        && (key.starts_with('"') || !key.contains(' '));
    is_key || rest.starts_with('[')
}

#[test]
fn every_commented_line_of_the_fleet_toml_is_a_setting_that_exists() {
    let file = top_level_file();
    let bare = |line| {
        if is_commented_toml(line) {
            &line[2..]
        } else {
            line
        }
    };
    let lines: Vec<&str> = file.lines().map(bare).collect();
    let text = lines.join("\n");
    for word in [
        "[gcs]",
        "[server]",
        "[log]",
        "[map]",
        "[ui]",
        "[keys]",
        "[[link]]",
        "[[forward]]",
        "[[drone]]",
        "[[fence]]",
        "[[alert]]",
    ] {
        assert!(
            text.lines().any(|line| line.starts_with(word)),
            "{word} is not shown"
        );
    }
    let (_, report) = parse(&text, "fleet.toml");
    for one in report.diagnostics() {
        let expected = match one.severity {
            Severity::Error => one
                .message
                .ends_with("is not enforced by this build; remove it to start"),
            Severity::Warning => {
                one.message.contains("by this build yet")
                    || one.message.contains("in this build yet")
            }
        };
        assert!(expected, "{}", report.render(false));
    }
    assert!(report.error_count() >= 3, "{}", report.render(false));
}

#[test]
fn a_report_is_told_in_the_order_of_the_file() {
    let text = "zzz = 1\n[server]\nlisen = \"x\"\n[gcs]\nsysid = 0\n";
    let (_, report) = config::parse(text, "fleet.toml");
    let lines: Vec<usize> = report.diagnostics().iter().map(|one| one.line).collect();
    assert_eq!(lines, [1, 3, 5]);
    let json = serde_json::to_value(report.diagnostics()).expect("JSON");
    assert_eq!(json[1]["severity"], "error");
    assert_eq!(json[1]["help"], "did you mean `listen`?");
}

#[derive(Debug, Clone)]
enum Damage {
    Insert(prop::sample::Index, String),
    Remove(prop::sample::Index, usize),
    Double(prop::sample::Index),
    Swap(prop::sample::Index, prop::sample::Index),
}

fn damage() -> impl Strategy<Value = Damage> {
    let index = any::<prop::sample::Index>;
    let bit = prop_oneof![
        any::<char>().prop_map(String::from),
        "[\\[\\]{}=\"'.,#\n\\\\0-9-]{1,4}",
        Just("[[drone]]\n".to_owned()),
        Just("= { a = 1 }\n".to_owned()),
        Just("-9223372036854775808".to_owned()),
    ];
    prop_oneof![
        (index(), bit).prop_map(|(at, text)| Damage::Insert(at, text)),
        (index(), 1_usize..30).prop_map(|(at, count)| Damage::Remove(at, count)),
        index().prop_map(Damage::Double),
        (index(), index()).prop_map(|(one, other)| Damage::Swap(one, other)),
    ]
}

fn damaged(text: &str, damage: &Damage) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
    match damage {
        Damage::Insert(at, bit) => {
            let at = at.index(letters.len() + 1);
            let (before, after) = letters.split_at(at);
            before
                .iter()
                .copied()
                .chain(bit.chars())
                .chain(after.iter().copied())
                .collect()
        }
        Damage::Remove(at, count) => {
            let at = at.index(letters.len() + 1);
            letters[..at]
                .iter()
                .chain(letters.iter().skip(at + count))
                .collect()
        }
        Damage::Double(at) if !lines.is_empty() => {
            let at = at.index(lines.len());
            lines.insert(at, lines[at]);
            lines.concat()
        }
        Damage::Swap(one, other) if !lines.is_empty() => {
            let (one, other) = (one.index(lines.len()), other.index(lines.len()));
            lines.swap(one, other);
            lines.concat()
        }
        _ => text.to_owned(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_damage_to_a_file_makes_the_reader_panic_or_start_with_errors(
        which in any::<prop::sample::Index>(),
        damages in proptest::collection::vec(damage(), 1..5),
    ) {
        thread_local! { static FILES: Vec<(String, String)> = [fixtures("valid"), fixtures("invalid")].concat(); }
        let text = FILES.with(|files| files[which.index(files.len())].1.clone());
        let text = damages.iter().fold(text, |text, damage| damaged(&text, damage));
        let (config, report) = parse(&text, "fleet.toml");
        prop_assert_eq!(config.is_some(), report.error_count() == 0);
        let has_escape = report.render(false).contains('\u{1b}');
        prop_assert!(!has_escape, "an escape sequence reaches the terminal");
        for one in report.diagnostics() {
            prop_assert!(text.get(one.span.clone()).is_some());
        }
    }
}
