//! The binary embeds `law/` and `sources/`; cargo has to notice when a file there changes.

fn main() {
    for folder in ["../../law", "../../sources"] {
        println!("cargo::rerun-if-changed={folder}");
    }
}
