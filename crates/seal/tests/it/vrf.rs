use crate::keys::{INTERNATIONAL, NATIONAL};
use curve25519_dalek::constants::{ED25519_BASEPOINT_POINT, EIGHT_TORSION};
use curve25519_dalek::edwards::{CompressedEdwardsY, EdwardsPoint};
use curve25519_dalek::scalar::Scalar;
use proptest::prelude::*;
use seal::vrf::{PROOF_BYTES, verify};
use seal::{Broken, Signer, Verifier, VrfKey};
use sha2::{Digest, Sha512};

/// Private key, public key, alpha, proof, output (BASIS: RFC 9381 App. B.3, examples 16 to 18).
const EXAMPLES: [[&str; 5]; 3] = [
    [
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "8657106690b5526245a92b003bb079ccd1a92130477671f6fc01ad16f26f723f26f8a57ccaed74ee1b190bed1f479d9727d2d0f9b005a6e456a35d4fb0daab1268a1b0db10836d9826a528ca76567805",
        "90cf1df3b703cce59e2a35b925d411164068269d7b2d29f3301c03dd757876ff66b71dda49d2de59d03450451af026798e8f81cd2e333de5cdf4f3e140fdd8ae",
    ],
    [
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "f3141cd382dc42909d19ec5110469e4feae18300e94f304590abdced48aed5933bf0864a62558b3ed7f2fea45c92a465301b3bbf5e3e54ddf2d935be3b67926da3ef39226bbc355bdc9850112c8f4b02",
        "eb4440665d3891d668e7e0fcaf587f1b4bd7fbfe99d0eb2211ccec90496310eb5e33821bc613efb94db5e5b54c70a848a0bef4553a41befc57663b56373a5031",
    ],
    [
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "9bc0f79119cc5604bf02d23b4caede71393cedfbb191434dd016d30177ccbf8096bb474e53895c362d8628ee9f9ea3c0e52c7a5c691b6c18c9979866568add7a2d41b00b05081ed0f58ee5e31b3a970e",
        "645427e5d00c62a23fb703732fa5d892940935942101e456ecca7bb217c61c452118fec1219202a0edcf038bb6373241578be7217ba85a2687f7a0310b2df19f",
    ],
];

/// Text of the private key `01 02 … 20`.
const TEXT: &str = "PRIVATE+KEY+credit.example/draw+26a2b9a1+/2VjdnJmLWVkd2FyZHMyNTUxOS1zaGE1MTItdGFpAQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=";

fn bytes(hex: &str) -> Vec<u8> {
    let digits = |at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
    (0..hex.len()).step_by(2).map(digits).collect()
}

fn key(hex: &str) -> VrfKey {
    VrfKey::new("credit.example/draw", &bytes(hex).try_into().unwrap()).unwrap()
}

fn counting() -> VrfKey {
    VrfKey::new(
        "credit.example/draw",
        &std::array::from_fn(|at| at as u8 + 1),
    )
    .unwrap()
}

#[test]
fn the_examples_of_the_rfc_come_out_byte_for_byte() {
    for [secret, public, alpha, proof, output] in EXAMPLES {
        let (key, alpha) = (key(secret), bytes(alpha));
        assert_eq!(key.public().to_vec(), bytes(public));
        let (proved, drawn) = key.prove(&alpha);
        assert_eq!(proved.to_vec(), bytes(proof));
        assert_eq!(drawn.to_vec(), bytes(output));
        assert_eq!(verify(&key.public(), &proved, &alpha), Some(drawn));
    }
}

#[test]
fn no_bit_of_proof_alpha_or_key_can_be_changed() {
    let (key, alpha) = (counting(), b"2026-05-12 1204".as_slice());
    let (proof, _) = key.prove(alpha);
    for bit in 0..8 * PROOF_BYTES {
        let mut changed = proof;
        changed[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(verify(&key.public(), &changed, alpha), None, "proof {bit}");
    }
    for bit in 0..8 * alpha.len() {
        let mut changed = alpha.to_vec();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(verify(&key.public(), &proof, &changed), None, "alpha {bit}");
    }
    for bit in 0..8 * key.public().len() {
        let mut changed = key.public();
        changed[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(verify(&changed, &proof, alpha), None, "key {bit}");
    }
}

#[test]
fn a_proof_of_another_length_is_refused() {
    let (key, alpha) = (counting(), b"alpha");
    let (proof, output) = key.prove(alpha);
    let longer = [proof, proof].concat();
    for length in 0..=longer.len() {
        let expected = (length == PROOF_BYTES).then_some(output);
        assert_eq!(
            verify(&key.public(), &longer[..length], alpha),
            expected,
            "{length}"
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_proved_holds_for_its_key_and_alpha_alone(
        secret: [u8; 32], other: [u8; 32], alpha: Vec<u8>, more: u8,
    ) {
        let [key, stranger] = [secret, other].map(|secret| VrfKey::new("a", &secret).unwrap());
        let (proof, output) = key.prove(&alpha);
        prop_assert_eq!(verify(&key.public(), &proof, &alpha), Some(output));
        prop_assert_eq!(VrfKey::parse(&key.private_text()).unwrap().prove(&alpha), (proof, output));
        prop_assert_eq!(verify(&key.public(), &proof, &[&alpha[..], &[more]].concat()), None);
        prop_assume!(secret != other);
        prop_assert_eq!(verify(&stranger.public(), &proof, &alpha), None);
    }

    #[test]
    fn what_is_no_proof_is_refused_without_a_fall(
        public: [u8; 32], proof in prop::collection::vec(any::<u8>(), 70..90), alpha: Vec<u8>,
    ) {
        prop_assert_eq!(verify(&public, &proof, &alpha), None);
        prop_assert_eq!(verify(&counting().public(), &proof, &alpha), None);
    }
}

fn sha512(parts: &[&[u8]]) -> [u8; 64] {
    Sha512::digest(parts.concat()).into()
}

/// A proof for a key `y` of which the maker knows `x`, where `y` is `x` times the base point and
/// something of low order. The nonce is tried until that something falls out of the equation.
fn forge(y: EdwardsPoint, x: Scalar, alpha: &[u8]) -> Vec<u8> {
    let public = y.compress().to_bytes();
    let h = (0..=255)
        .find_map(|counter| {
            let digest = sha512(&[&[3, 1], &public, alpha, &[counter, 0]]);
            CompressedEdwardsY(*digest.first_chunk().unwrap()).decompress()
        })
        .unwrap()
        .mul_by_cofactor();
    for k in 1_u64.. {
        let k = Scalar::from(k);
        let points = [y, h, h * x, ED25519_BASEPOINT_POINT * k, h * k];
        let points = points.map(|point| point.compress().to_bytes()).concat();
        let digest = sha512(&[&[3, 2], &points, &[0]]);
        let c: &[u8; 16] = digest.first_chunk().unwrap();
        if c[0].is_multiple_of(8) {
            let s = k + Scalar::from(u128::from_le_bytes(*c)) * x;
            return [(h * x).compress().as_bytes(), &c[..], s.as_bytes()].concat();
        }
    }
    unreachable!()
}

#[test]
fn a_key_of_low_order_is_refused_though_its_proof_adds_up() {
    for low in EIGHT_TORSION {
        for alpha in [b"one".as_slice(), b"two"] {
            let proof = forge(low, Scalar::ZERO, alpha);
            assert_eq!(verify(&low.compress().to_bytes(), &proof, alpha), None);
        }
    }
}

#[test]
fn a_key_with_a_part_of_low_order_is_read_as_the_rfc_does() {
    let x = Scalar::from(20_260_512_u32);
    for low in EIGHT_TORSION {
        let y = ED25519_BASEPOINT_POINT * x + low;
        let proof = forge(y, x, b"alpha");
        assert!(verify(&y.compress().to_bytes(), &proof, b"alpha").is_some());
    }
}

#[test]
fn a_scalar_that_is_not_reduced_is_refused() {
    let (key, alpha) = (counting(), b"alpha");
    let (mut proof, _) = key.prove(alpha);
    let mut carry = 1; // The order, from the bytes of the order less one.
    for (to, add) in proof[48..].iter_mut().zip((-Scalar::ONE).to_bytes()) {
        let sum = u16::from(*to) + u16::from(add) + carry;
        (*to, carry) = (sum.to_le_bytes()[0], sum >> 8);
    }
    assert_eq!(carry, 0);
    let s: [u8; 32] = proof[48..].try_into().unwrap();
    let reduced = Scalar::from_bytes_mod_order(s).to_bytes();
    assert_eq!(verify(&key.public(), &proof, alpha), None);
    proof[48..].copy_from_slice(&reduced);
    assert!(verify(&key.public(), &proof, alpha).is_some());
}

#[test]
fn the_text_of_a_key_is_that_of_the_other_keys() {
    assert_eq!(*counting().private_text(), TEXT);
    let read = VrfKey::parse(&format!(" {TEXT}\n")).unwrap();
    assert_eq!(
        (read.name(), read.public()),
        ("credit.example/draw", counting().public())
    );
}

#[test]
fn a_damaged_key_text_is_refused() {
    for cut in 0..TEXT.len() {
        assert!(VrfKey::parse(&TEXT[..cut]).is_err(), "{}", &TEXT[..cut]);
    }
    for at in 0..TEXT.len() {
        let mut changed = TEXT.as_bytes().to_vec();
        changed[at] ^= 1;
        let changed = String::from_utf8(changed).unwrap();
        assert!(VrfKey::parse(&changed).is_err(), "{changed}");
    }
}

#[test]
fn a_key_of_one_kind_is_never_read_as_another() {
    for signing in [NATIONAL, INTERNATIONAL] {
        let refused = VrfKey::parse(signing).unwrap_err();
        assert_eq!(refused, Broken::Key("不是可验证随机数密钥"));
    }
    let refused = Signer::parse(TEXT).unwrap_err();
    assert_eq!(refused, Broken::Key("不是签名密钥"));
    let refused = Verifier::parse(TEXT.trim_start_matches("PRIVATE+KEY+")).unwrap_err();
    assert_eq!(refused, Broken::Key("不是签名密钥"));
}

#[test]
fn new_keys_differ_and_are_named() {
    let [one, two] = [(); 2].map(|()| VrfKey::generate("信用.example/抽取").unwrap());
    assert_ne!(one.public(), two.public());
    assert_eq!(one.name(), "信用.example/抽取");
    assert!(VrfKey::generate("with space").is_err());
    assert!(VrfKey::generate("with+plus").is_err());
}

#[test]
fn a_key_is_not_shown() {
    let shown = format!("{:?}", counting());
    assert!(shown.contains("credit.example/draw"), "{shown}");
    assert!(!shown.contains("1, 2, 3, 4"), "{shown}");
}
