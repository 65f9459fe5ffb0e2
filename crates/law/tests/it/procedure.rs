//! What deciding about a case asks of the pack.

use crate::support::pack;
use domain::commitment::Kind;

#[test]
fn r13_a_catalogued_matter_is_what_a_commitment_is_decided_by() {
    let pack = pack();
    for row in pack.commitments() {
        let matter = row.matter();
        assert_eq!(
            (matter.code, matter.name),
            (row.code.clone(), row.name.clone())
        );
        assert_eq!((matter.kind, matter.on), (row.kind, row.on));
        assert_eq!(
            (matter.form, matter.excluded),
            (row.form.clone(), row.excluded.clone())
        );
        assert_eq!(
            matter.verify.map(|span| span.to_string()),
            row.verify.map(|span| span.to_string())
        );
        assert_eq!(matter.consequences, row.consequences);
        assert_eq!(matter.basis, row.basis);
    }
    let kind = |code: &str| pack.commitment(code).unwrap().matter().kind;
    assert_eq!(kind("fire-safety-check"), Kind::Approval);
    assert_eq!(kind("credit-repair"), Kind::Repair);
}
