use crate::keys::{INTERNATIONAL, NATIONAL, SUITES, signer};
use domain::ledger::hash::Suite;
use seal::{Broken, Signer, Verifier};

#[test]
fn key_texts_are_those_of_the_formats() {
    assert_eq!(
        signer(Suite::International).verifier().to_string(),
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    );
    assert_eq!(
        signer(Suite::National).verifier().to_string(),
        "credit.example/ledger+b8c0df07+/3NtMi1zbTMERtEIb25ck4RH8FKA23B8J5p7RZw48Z5NmjCtLa358or0X8HcWzd3NrV+l+fgVjzMokyX9EDh0TfllB2E0utDyQ=="
    );
    assert_eq!(*signer(Suite::International).private_text(), INTERNATIONAL);
    assert_eq!(*signer(Suite::National).private_text(), NATIONAL);
}

#[test]
fn a_new_key_survives_being_written_and_read() {
    for suite in SUITES {
        let made = Signer::generate(suite, "信用.example/账本").unwrap();
        let read = Signer::parse(&format!("{}\n", *made.private_text())).unwrap();
        let public = Verifier::parse(&format!("{}\n", made.verifier())).unwrap();
        assert_eq!(
            (public.suite(), public.name()),
            (suite, "信用.example/账本")
        );
        let note = read.sign_note("text\n").unwrap();
        assert_eq!(public.verify(&note), Ok(()));
        assert_eq!(
            note,
            made.sign_note("text\n").unwrap(),
            "signing needs no randomness"
        );
    }
}

#[test]
fn two_keys_are_never_the_same() {
    for suite in SUITES {
        let [one, two] = [(); 2].map(|()| Signer::generate(suite, "a").unwrap());
        assert_ne!(*one.private_text(), *two.private_text());
    }
}

#[test]
fn a_damaged_key_text_is_refused() {
    for suite in SUITES {
        let signer = signer(suite);
        let (private, public) = (signer.private_text(), signer.verifier().to_string());
        for cut in 1..public.len() {
            assert!(
                Verifier::parse(&public[..cut]).is_err(),
                "{}",
                &public[..cut]
            );
        }
        for at in 0..public.len() {
            let mut changed = public.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert!(Verifier::parse(&changed).is_err(), "{changed}");
        }
        for at in 0..private.len() {
            let mut changed = private.as_bytes().to_vec();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            assert!(
                Signer::parse(&String::from_utf8(changed).unwrap()).is_err(),
                "{at}"
            );
        }
        assert_eq!(Signer::parse(&public).unwrap_err(), Broken::Key("不是私钥"));
        assert!(Verifier::parse(&private).is_err());
    }
}

#[test]
fn keys_that_cannot_be_are_refused() {
    for suite in SUITES {
        for name in ["", "a b", "a+b", "a\u{3000}b", "a\nb"] {
            assert!(
                matches!(Signer::generate(suite, name), Err(Broken::Note(_))),
                "{name:?}"
            );
        }
    }
    // SM2 keys: zero, and the order of the group.
    for coded in [
        "/3NtMi1zbTMAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==",
        "/3NtMi1zbTP////+////////////////cgPfayHGBStTu/QJOdVBIw==",
    ] {
        let answer = Signer::parse(&format!("PRIVATE+KEY+a+00000000+{coded}"));
        assert_eq!(answer.unwrap_err(), Broken::Key("私钥无效"));
    }
    // Ed25519 with a key of 31 bytes; an unknown type.
    for text in [
        "a+00000000+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10Q=",
        "a+00000000+AhpcAA==",
    ] {
        assert!(
            matches!(Verifier::parse(text), Err(Broken::Key(_))),
            "{text}"
        );
    }
}

#[test]
fn a_private_key_is_never_shown() {
    for suite in SUITES {
        let signer = signer(suite);
        let shown = format!("{signer:?}");
        let text = signer.private_text();
        let secret = text.splitn(5, '+').last().unwrap();
        assert!(
            shown.contains(signer.verifier().name()) && !shown.contains(secret),
            "{shown}"
        );
    }
}
