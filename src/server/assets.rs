//! The browser mirror's files, embedded: it works without any other host, and an update is seen at the next look.

use std::{
    hash::{DefaultHasher, Hash, Hasher},
    sync::Arc,
};

use axum::{
    Router,
    http::{HeaderMap, HeaderName, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};

use super::hub::Hub;

const HTML: &str = "text/html; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";
const SVG: &str = "image/svg+xml";

/// One file: where it is served, as what, and its text.
type Asset = (&'static str, &'static str, &'static str);

/// Rows of path, file and kind, with the text of the file embedded.
macro_rules! assets {
    ($($path:literal => $file:literal, $kind:expr;)*) => {
        [$(($path, $kind, include_str!(concat!("../../assets/web/", $file)))),*]
    };
}

/// Every file of the page.
const ASSETS: [Asset; 28] = assets! {
    "/" => "index.html", HTML;
    "/style.css" => "style.css", CSS;
    "/icon.svg" => "icon.svg", SVG;
    "/theme.js" => "theme.js", SCRIPT;
    "/app.js" => "app.js", SCRIPT;
    "/clock.js" => "clock.js", SCRIPT;
    "/detail.js" => "detail.js", SCRIPT;
    "/digest.js" => "digest.js", SCRIPT;
    "/dom.js" => "dom.js", SCRIPT;
    "/events.js" => "events.js", SCRIPT;
    "/filter.js" => "filter.js", SCRIPT;
    "/fold.js" => "fold.js", SCRIPT;
    "/freshness.js" => "freshness.js", SCRIPT;
    "/geo.js" => "geo.js", SCRIPT;
    "/header.js" => "header.js", SCRIPT;
    "/history.js" => "history.js", SCRIPT;
    "/horizon.js" => "horizon.js", SCRIPT;
    "/keys.js" => "keys.js", SCRIPT;
    "/labels.js" => "labels.js", SCRIPT;
    "/map.js" => "map.js", SCRIPT;
    "/past.js" => "past.js", SCRIPT;
    "/plot.js" => "plot.js", SCRIPT;
    "/severity.js" => "severity.js", SCRIPT;
    "/socket.js" => "socket.js", SCRIPT;
    "/station.js" => "station.js", SCRIPT;
    "/table.js" => "table.js", SCRIPT;
    "/text.js" => "text.js", SCRIPT;
    "/view.js" => "view.js", SCRIPT;
};

/// A route for every file.
pub(super) fn routes() -> Router<Arc<Hub>> {
    ASSETS.into_iter().fold(Router::new(), |router, asset| {
        let tag = tag(asset.2);
        let answer = move |headers: HeaderMap| {
            let answer = answer(asset, &tag, &headers);
            async { answer }
        };
        router.route(asset.0, get(answer))
    })
}

/// The file, or word that the browser's copy is still good. It always asks: `no-cache`.
fn answer((_, kind, body): Asset, tag: &str, asked: &HeaderMap) -> Response {
    let is_known = asked
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|known| known.to_str().ok())
        .flat_map(|known| known.split(','))
        .any(|known| known.trim().trim_start_matches("W/") == tag);
    let headers: [(HeaderName, &str); 3] = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "no-cache"),
        (header::ETAG, tag),
    ];
    if is_known {
        (StatusCode::NOT_MODIFIED, headers).into_response()
    } else {
        (headers, body).into_response()
    }
}

/// Changes with the text. Not cryptographic: it tells our own versions apart.
fn tag(body: &str) -> String {
    let mut hasher = DefaultHasher::new();
    body.hash(&mut hasher);
    format!("\"{:016x}\"", hasher.finish())
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    use super::*;

    fn served() -> BTreeSet<&'static str> {
        ASSETS
            .iter()
            .map(|(path, ..)| path.trim_start_matches('/'))
            .collect()
    }

    #[test]
    fn every_file_of_the_page_is_served() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/web");
        let files: BTreeSet<String> = fs::read_dir(folder)
            .unwrap()
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .filter(|name| name != "package.json")
            .map(|name| {
                if name == "index.html" {
                    String::new()
                } else {
                    name
                }
            })
            .collect();
        let served: BTreeSet<String> = served().into_iter().map(str::to_owned).collect();
        assert_eq!(files, served);
    }

    #[test]
    fn whatever_a_file_names_is_served_and_nothing_comes_from_elsewhere() {
        let served = served();
        for (path, _, body) in ASSETS {
            for (before, after) in [("from \"./", '"'), ("src=\"/", '"'), ("href=\"/", '"')] {
                for named in body.split(before).skip(1) {
                    let named = named.split(after).next().unwrap();
                    let is_ours = served.contains(named) || named.starts_with("api/");
                    assert!(is_ours, "{path} names {named}");
                }
            }
            let foreign = body.replace("http://www.w3.org/2000/svg", "");
            assert!(
                !foreign.contains("http://") && !foreign.contains("https://"),
                "{path}"
            );
        }
    }

    #[test]
    fn nothing_in_the_page_can_turn_text_into_markup_or_needs_a_laxer_policy() {
        let forbidden = [
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "new Function",
            "style=\"",
            " onclick=",
            "javascript:",
        ];
        for (path, _, body) in ASSETS {
            for word in forbidden {
                assert!(!body.contains(word), "{path} contains {word}");
            }
        }
    }

    #[test]
    fn a_copy_that_is_still_good_is_not_sent_again() {
        let mut asked = HeaderMap::new();
        let known = tag(ASSETS[0].2);
        assert_eq!(answer(ASSETS[0], &known, &asked).status(), StatusCode::OK);
        asked.insert(
            header::IF_NONE_MATCH,
            format!("\"x\", W/{known}").parse().unwrap(),
        );
        let answered = answer(ASSETS[0], &known, &asked);
        assert_eq!(answered.status(), StatusCode::NOT_MODIFIED);
        assert_ne!(tag(ASSETS[1].2), known);
    }
}
