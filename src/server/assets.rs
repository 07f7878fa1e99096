//! The browser mirror's files, embedded: it works without any other host.

use axum::{
    http::{HeaderName, header},
    response::IntoResponse,
};

type Asset = ([(HeaderName, &'static str); 2], &'static str);

const HTML: &str = "text/html; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const CSS: &str = "text/css; charset=utf-8";

fn asset(kind: &'static str, body: &'static str) -> Asset {
    let headers = [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "no-cache"),
    ];
    (headers, body)
}

/// The page.
pub(super) async fn index() -> impl IntoResponse {
    asset(HTML, include_str!("../../assets/web/index.html"))
}

/// Its script: lists and details.
pub(super) async fn app() -> impl IntoResponse {
    asset(SCRIPT, include_str!("../../assets/web/app.js"))
}

/// Its script: the socket and the fold.
pub(super) async fn mirror() -> impl IntoResponse {
    asset(SCRIPT, include_str!("../../assets/web/mirror.js"))
}

/// Its script: the map.
pub(super) async fn map() -> impl IntoResponse {
    asset(SCRIPT, include_str!("../../assets/web/map.js"))
}

/// Its style.
pub(super) async fn style() -> impl IntoResponse {
    asset(CSS, include_str!("../../assets/web/style.css"))
}
