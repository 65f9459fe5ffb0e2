//! The same golden files, computed again by the implementation in Python, which shares no line with ours.

use std::path::PathBuf;
use std::process::Command;

#[test]
fn r61_an_independent_implementation_comes_to_the_same_result() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/draw");
    let mut files = 0;
    for file in std::fs::read_dir(folder.join("vectors")).unwrap() {
        let path = file.unwrap().path();
        let out = Command::new("python3")
            .arg(folder.join("independent.py"))
            .arg("verify")
            .arg(&path)
            .output()
            .expect("python3 runs the independent implementation");
        let said = String::from_utf8_lossy(&out.stdout);
        assert!(out.status.success(), "{}: {said}", path.display());
        files += 1;
    }
    assert!(files >= 6);
}
