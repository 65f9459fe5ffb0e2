use crate::keys::{SUITES, signer};
use domain::ledger::checkpoint::{Checkpoint, Note};
use domain::ledger::hash::Suite;
use domain::ledger::proof::Proof;
use domain::ledger::tree::{Edge, Tiles, Unreadable};
use seal::{Broken, Signer};
use std::borrow::Cow;

#[test]
fn the_note_of_the_go_documentation_comes_out_byte_for_byte() {
    let text = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
    let note = signer(Suite::International).sign_note(text).unwrap();
    let line = "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=";
    assert_eq!(note.to_string(), format!("{text}\n{line}\n"));
    assert_eq!(
        signer(Suite::International).verifier().verify(&note),
        Ok(())
    );
}

#[test]
fn a_national_checkpoint_keeps_its_form() {
    let root = Suite::National.leaf(b"first entry");
    let checkpoint = Checkpoint {
        origin: "credit.example/ledger".into(),
        size: 1,
        root,
        extensions: vec![],
    };
    let note = signer(Suite::National)
        .sign_note(checkpoint.to_string())
        .unwrap();
    assert_eq!(note.to_string(), GOLDEN);
    let read = Note::parse(GOLDEN).unwrap();
    let verifier = signer(Suite::National).verifier().clone();
    assert_eq!(
        verifier.checkpoint(&read, "credit.example/ledger"),
        Ok(checkpoint)
    );
    let foreign = verifier
        .checkpoint(&read, "credit.example/other")
        .unwrap_err();
    assert!(matches!(foreign, Broken::Foreign { .. }), "{foreign}");
}

/// Root, key id and signature were also checked with an implementation from the text of the standards.
const GOLDEN: &str = "credit.example/ledger
1
DqpdF/z+ZRHVu/oNkx9oWVfb6qKfAEDCTDesidk011w=

— credit.example/ledger uMDfB+uH3lsMT+6554GqUDCmQajugYVz9UURWTdst+bruMQbidsO38HcSavpvHfEnI9snep85HPaODi06FMozjMrzUg=
";

#[test]
fn no_bit_of_a_signed_note_can_be_changed() {
    for suite in SUITES {
        let verifier = signer(suite).verifier().clone();
        let note = signer(suite).sign_note("一条检查点\n5\n").unwrap();
        assert_eq!(verifier.verify(&note), Ok(()));
        for bit in 0..8 * note.signatures[0].bytes.len() {
            let mut changed = note.clone();
            changed.signatures[0].bytes[bit / 8] ^= 1 << (bit % 8);
            assert!(
                matches!(verifier.verify(&changed), Err(Broken::False(_))),
                "bit {bit}"
            );
        }
        for (at, _) in note.text.char_indices() {
            let text = format!("{}!{}", &note.text[..at], &note.text[at..]);
            let changed = Note {
                text,
                ..note.clone()
            };
            assert!(
                matches!(verifier.verify(&changed), Err(Broken::False(_))),
                "letter {at}"
            );
        }
        for length in [0, 63, 65] {
            let mut changed = note.clone();
            changed.signatures[0].bytes.resize(length, 0);
            assert!(
                matches!(verifier.verify(&changed), Err(Broken::False(_))),
                "{length} bytes"
            );
        }
    }
}

#[test]
fn another_key_does_not_verify() {
    for suite in SUITES {
        let (ours, theirs) = (
            signer(suite),
            Signer::generate(suite, signer(suite).verifier().name()),
        );
        let (note, theirs) = (ours.sign_note("text\n").unwrap(), theirs.unwrap());
        let name = ours.verifier().name().to_owned();
        assert_eq!(
            theirs.verifier().verify(&note),
            Err(Broken::Unsigned(name.clone()))
        );
        let mut posing = theirs.sign_note("text\n").unwrap();
        posing.signatures[0].key_id = ours.verifier().id();
        assert_eq!(ours.verifier().verify(&posing), Err(Broken::False(name)));
    }
}

#[test]
fn keys_of_both_suites_can_stand_under_one_note() {
    let [national, international] = SUITES.map(signer);
    let mut note = national.sign_note("text\n").unwrap();
    international.cosign(&mut note).unwrap();
    let note = Note::parse(&note.to_string()).unwrap();
    assert_eq!(national.verifier().verify(&note), Ok(()));
    assert_eq!(international.verifier().verify(&note), Ok(()));

    // A false signature in the name of a key counts, even beside a true one.
    let mut doubled = note.clone();
    doubled.signatures.push(note.signatures[0].clone());
    assert_eq!(national.verifier().verify(&doubled), Ok(()));
    doubled.signatures[2].bytes[0] ^= 1;
    assert!(matches!(
        national.verifier().verify(&doubled),
        Err(Broken::False(_))
    ));
    assert_eq!(international.verifier().verify(&doubled), Ok(()));
}

#[test]
fn only_texts_that_can_be_read_back_are_signed() {
    for suite in SUITES {
        for text in ["", "no line end", "tab\tinside\n", "return\r\n", "nul\0\n"] {
            assert!(
                matches!(signer(suite).sign_note(text), Err(Broken::Note(_))),
                "{text:?}"
            );
        }
    }
}

#[test]
fn bare_signatures_are_verified() {
    for suite in SUITES {
        let signer = signer(suite);
        let signature = signer.sign(b"\0any bytes").unwrap();
        assert_eq!(
            signer.verifier().verify_bytes(b"\0any bytes", &signature),
            Ok(())
        );
        assert!(
            signer
                .verifier()
                .verify_bytes(b"other bytes", &signature)
                .is_err()
        );
    }
}

struct Nothing;

impl Tiles for Nothing {
    fn tile(&self, _: u8, _: u64) -> Result<Option<Cow<'_, [u8]>>, Unreadable> {
        Ok(None)
    }
}

#[test]
fn a_receipt_is_checked_without_the_ledger() {
    for suite in SUITES {
        let signer = signer(suite);
        let mut edge = Edge::new(suite);
        let entries = (0..100_u8)
            .map(|number| suite.leaf(&[number]))
            .collect::<Vec<_>>();
        assert_eq!(edge.extend(&entries), []);
        let origin = signer.verifier().name().to_owned();
        let stated = Checkpoint {
            origin,
            size: 100,
            root: edge.root(),
            extensions: vec![],
        };
        let proof = Proof {
            extra: None,
            index: 42,
            path: edge.over(&Nothing).inclusion(42, 100).unwrap(),
            checkpoint: signer.sign_note(stated.to_string()).unwrap(),
        };
        let (text, key) = (proof.to_string(), signer.verifier().to_string());

        let (proof, key) = (
            Proof::parse(&text).unwrap(),
            seal::Verifier::parse(&key).unwrap(),
        );
        assert_eq!(key.verify(&proof.checkpoint), Ok(()));
        assert!(proof.covers(suite, &suite.leaf(&[42])));
        assert!(!proof.covers(suite, &suite.leaf(&[43])));
    }
}
