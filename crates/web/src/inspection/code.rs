//! 企业码: the address of an entity's page as a picture that inspectors scan.

use crate::house::App;
use axum::http::{HeaderMap, header};
use domain::code::Code;
use qrcodegen::{QrCode, QrCodeEcc};
use std::fmt::Write as _;

/// White squares around the code that scanners ask for.
const MARGIN: i32 = 4;

/// A QR code as one path of black squares.
#[derive(Debug)]
pub(crate) struct Picture {
    /// What is in it.
    pub text: String,
    /// Squares of one side, the margin included.
    pub side: i32,
    pub path: String,
}

impl Picture {
    /// The code of an entity, under the address by which the reader came here.
    pub fn of(app: &App, headers: &HeaderMap, code: &Code) -> Option<Self> {
        Self::draw(address(app.web.secure, headers, code))
    }

    fn draw(text: String) -> Option<Self> {
        let code = QrCode::encode_text(&text, QrCodeEcc::Medium).ok()?;
        let mut path = String::new();
        for y in 0..code.size() {
            for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
                // Writing into a text cannot fail.
                let _ = write!(path, "M{} {}h1v1h-1z", x + MARGIN, y + MARGIN);
            }
        }
        let side = code.size() + 2 * MARGIN;
        Some(Self { text, side, path })
    }
}

fn address(secure: bool, headers: &HeaderMap, code: &Code) -> String {
    let host = headers.get(header::HOST);
    let host = host.and_then(|value| value.to_str().ok()).unwrap_or("");
    match (host, secure) {
        // The code alone is read by every counter as well.
        ("", _) => code.to_string(),
        (host, true) => format!("https://{host}/entity/{code}"),
        (host, false) => format!("http://{host}/entity/{code}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r65_the_picture_holds_the_address_and_stays_inside_its_margin() {
        let code = Code::read("91370404MAY42KH57E").unwrap();
        let mut headers = HeaderMap::new();
        assert_eq!(address(true, &headers, &code), code.to_string());
        headers.insert(header::HOST, "credit.example".parse().unwrap());
        let text = address(true, &headers, &code);
        assert_eq!(text, "https://credit.example/entity/91370404MAY42KH57E");
        let picture = Picture::draw(text).unwrap();
        assert!(picture.path.starts_with("M4 4h1v1h-1z"), "the first corner");
        let last = picture.side - MARGIN;
        assert!(!picture.path.contains(&format!("M{last} ")));
    }
}
