//! SM2 against OpenSSL, in both directions, where this machine has one that knows SM2.

use crate::keys::signer;
use base64ct::{Base64, Encoding};
use domain::ledger::hash::Suite;
use std::path::{Path, PathBuf};
use std::process::Command;

/// `SEQUENCE { id-ecPublicKey, sm2 }, BIT STRING` before the 65 bytes of the point.
const PUBLIC_HEAD: &[u8] = b"\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x81\x1c\xcf\x55\x01\x82\x2d\x03\x42\x00";
/// `SEQUENCE { 1, OCTET STRING` before the 32 bytes of the key.
const PRIVATE_HEAD: &[u8] = b"\x30\x77\x02\x01\x01\x04\x20";
/// `[0] sm2, [1] BIT STRING` between key and point.
const PRIVATE_TAIL: &[u8] = b"\xa0\x0a\x06\x08\x2a\x81\x1c\xcf\x55\x01\x82\x2d\xa1\x44\x03\x42\x00";

/// Last field of a key text, without the eight bytes of the type.
fn key_bytes(text: &str) -> Vec<u8> {
    let bytes = Base64::decode_vec(
        text.trim_start_matches("PRIVATE+KEY+")
            .splitn(3, '+')
            .last()
            .unwrap(),
    )
    .unwrap();
    assert_eq!(&bytes[..8], b"\xffsm2-sm3");
    bytes[8..].to_vec()
}

fn pem(folder: &Path, label: &str, der: &[u8]) -> PathBuf {
    let coded = Base64::encode_string(der);
    let lines = coded
        .as_bytes()
        .chunks(64)
        .map(|line| std::str::from_utf8(line).unwrap());
    let body = lines.collect::<Vec<_>>().join("\n");
    let file = folder.join(format!("{}.pem", label.replace(' ', "-")));
    std::fs::write(
        &file,
        format!("-----BEGIN {label}-----\n{body}\n-----END {label}-----\n"),
    )
    .unwrap();
    file
}

fn pkeyutl(folder: &Path, key: &Path, arguments: &[&str]) -> std::process::Output {
    Command::new("openssl")
        .current_dir(folder)
        .args([
            "pkeyutl", "-rawin", "-digest", "sm3", "-in", "text", "-inkey",
        ])
        .arg(key)
        .args(["-pkeyopt", "distid:1234567812345678"])
        .args(arguments)
        .output()
        .unwrap()
}

fn openssl_knows_sm2() -> bool {
    let listed = Command::new("openssl")
        .args(["list", "-signature-algorithms"])
        .output();
    listed.is_ok_and(|listed| String::from_utf8_lossy(&listed.stdout).contains("SM2"))
}

#[test]
fn openssl_and_we_accept_each_others_sm2_signatures() {
    if !openssl_knows_sm2() {
        println!("skipped: no openssl with SM2 on PATH");
        return;
    }
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("sm2");
    std::fs::create_dir_all(&folder).unwrap();
    let (signer, text) = (signer(Suite::National), "信用账本\n1\n");
    let point = key_bytes(&signer.verifier().to_string());
    let public = pem(&folder, "PUBLIC KEY", &[PUBLIC_HEAD, &point].concat());
    let secret = key_bytes(&signer.private_text());
    let der = [PRIVATE_HEAD, &secret, PRIVATE_TAIL, &point].concat();
    let private = pem(&folder, "EC PRIVATE KEY", &der);
    std::fs::write(folder.join("text"), text).unwrap();

    let ours = signer.sign(text.as_bytes()).unwrap();
    let der = sm2::dsa::Signature::from_slice(&ours).unwrap().to_der();
    std::fs::write(folder.join("ours"), der).unwrap();
    let verdict = pkeyutl(&folder, &public, &["-pubin", "-verify", "-sigfile", "ours"]);
    assert!(verdict.status.success(), "{verdict:?}");

    let signed = pkeyutl(&folder, &private, &["-sign", "-out", "theirs"]);
    assert!(signed.status.success(), "{signed:?}");
    let theirs = std::fs::read(folder.join("theirs")).unwrap();
    let theirs = sm2::dsa::Signature::from_der(&theirs).unwrap().to_bytes();
    assert_eq!(
        signer.verifier().verify_bytes(text.as_bytes(), &theirs),
        Ok(())
    );

    std::fs::write(folder.join("text"), "信用账本\n2\n").unwrap();
    let verdict = pkeyutl(&folder, &public, &["-pubin", "-verify", "-sigfile", "ours"]);
    assert!(
        !verdict.status.success(),
        "OpenSSL must refuse another text"
    );
}
